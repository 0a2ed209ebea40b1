"""What a server's process does not hold on to."""

import ctypes

_ARENAS = -8  # M_ARENA_MAX of malloc.h
FEW = 2


def few_arenas() -> bool:
    """Has the C library keep freed memory in two places, not in eight for each core, where it can be told so (glibc).

    Each place keeps what its threads freed; with many readers a worker would grow from round to round.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_ARENAS, FEW))
    except (AttributeError, OSError, TypeError):
        return False
