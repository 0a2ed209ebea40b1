"""Which statuses of an order say that it never happened. Words in English, Indonesian and the neighbours' languages."""

import re

# A status is judged by its beginning: "Cancelled by buyer", "Batal - stok habis".
_CANCELLED = re.compile(
    r"(cancel|canceled|voided?\b|fail|expired|abandon|declin|reject|unpaid|not paid|awaiting payment|pending payment"
    r"|batal|dibatalkan|gagal|kedaluwarsa|kadaluarsa|ditolak|belum (di)?bayar|menunggu pembayaran"
    r"|annul|échou|echou|refusé|storniert|abgebrochen|fehlgeschlagen|geannuleerd|anulad)",
    re.IGNORECASE,
)
_TEST = re.compile(r"(test|draft|checkout-draft|uji coba|percobaan)\b", re.IGNORECASE)


def stop_reason(status: str) -> str | None:
    """`cancelled`, `test_order`, or None where the order may have happened."""
    plain = re.sub(r"^(wc[-_]|status[:\s]+)", "", status.strip(), flags=re.IGNORECASE)
    if _TEST.match(plain):
        return "test_order"
    return "cancelled" if _CANCELLED.match(plain) else None
