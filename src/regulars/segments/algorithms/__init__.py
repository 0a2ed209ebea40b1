"""Other ways to cluster, one a file, all with the same contract; `compare` sets them side by side with k-means.

They speak scikit-learn's words: settings in the constructor, unchanged and unchecked; `fit(X)`, `predict(X)`; learned
values end in `_`; `random_state` always. What scikit-learn or scipy have is taken from there; FasterPAM, k-prototypes
and the grid are our own.
"""
