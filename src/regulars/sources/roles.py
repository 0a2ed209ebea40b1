"""What the columns of a customer table stand for: by header, in English and Indonesian, where the content fits.

A header is compared as `headers.normalised` writes it. The first role whose name and kind fit is taken.
"""

import re
from dataclasses import dataclass

from regulars.features.people_models import AttributeKind, Role
from regulars.sources.headers import normalised


@dataclass(frozen=True, slots=True)
class Naming:
    """A role, the headers that mean it, and the kinds that it can have."""

    role: Role
    headers: re.Pattern[str]
    kinds: frozenset[AttributeKind]


def _naming(role: Role, headers: str, kinds: str) -> Naming:
    return Naming(role, re.compile(rf"^(?:{headers})$"), frozenset(kinds.split()))  # type: ignore[arg-type]


_MONEY = "amount|spend|spending|spent|revenue|sales|belanja|pembelian"
_COUNT = "purchases?|orders?|transactions?|pesanan|transaksi|pembelian|order"

NAMINGS: tuple[Naming, ...] = (
    _naming("birth_date", r"(date of |tanggal |tgl )(birth|lahir)|birth ?(date|day)|dob|tanggal kelahiran", "date"),
    _naming("birth_year", r"year( of)? birth|birth ?year|yob|tahun (lahir|kelahiran)|born", "number"),
    _naming("age", r"(customer |current )?age( years| in years)?|usia|umur|usia tahun", "number"),
    _naming("generation", r"generation|generasi", "category ordered"),
    _naming(
        "gender",
        r"gender|sex|jenis kelamin|jk|kelamin|((jenis kelamin|jk|gender|sex) )?(l p|p l|m f|f m)",
        "category yes_no",
    ),
    _naming("profession", r"(profession|occupation|job|job title|pekerjaan|profesi)", "category"),
    _naming(
        "income",
        r"((annual|yearly|monthly|household|customer|estimated) )?(income|salary|wage)( k| per (month|year))?"
        r"|(penghasilan|pendapatan|gaji)( bulanan| tahunan| per (bulan|tahun))?",
        "number",
    ),
    _naming(
        "education", r"education(al)?( level)?|educational level|pendidikan( terakhir)?|degree", "category ordered"
    ),
    _naming(
        "marital_status", r"marital( status)?|marriage( status)?|status (perkawinan|pernikahan|nikah|kawin)", "category"
    ),
    _naming(
        "joined",
        r"dt customer|(date |day )?(joined|enrolled|registered|of joining|of enrolment)( at| on)?|customer since"
        r"|(join|joining|joined|enrol+ment|registration|sign ?up|membership|member) (date|at)|member since|created at"
        r"|(tanggal|tgl|waktu) (daftar|pendaftaran|bergabung|gabung|registrasi|jadi member)|bergabung( sejak)?",
        "date",
    ),
    _naming(
        "tenure",
        r"tenure( \w+)?|(months|years|days) (as|a) (customer|member)|lama (menjadi )?(pelanggan|member)",
        "number",
    ),
    _naming(
        "children",
        r"kid ?home|teen ?home|kids|teens|(number of |num |n )?(children|kids|dependents|dependants)( home| at home)?"
        r"|(jumlah )?(anak|tanggungan)",
        "number",
    ),
    _naming("family_size", r"(family|household) size|(jumlah )?anggota keluarga|ukuran keluarga", "number"),
    _naming(
        "recency",
        r"recency( days)?|days since( the)? last (order|purchase|transaction)"
        r"|hari (sejak|dari) (pesanan|pembelian|transaksi|order) terakhir",
        "number",
    ),
    _naming(
        "total_spending",
        rf"(total|lifetime|overall) ({_MONEY}|value|purchase amount|purchases? value|amount spent|money spent)"
        r"|monetary( value)?|ltv|clv|customer (lifetime )?value|amount spent"
        r"|total (nilai )?(belanja|pembelian|transaksi) rp",
        "number",
    ),
    _naming("spending", rf"(mnt|{_MONEY})( spent)?( on| for| untuk)? (?!score|total|skor|index)[\w ]+", "number"),
    _naming("deals", rf"(num(ber)?( of)? )?(deals?|discount(ed)?|promo(tion)?) ({_COUNT})", "number"),
    _naming("web", rf"(num(ber)?( of)? )?(web(site)?|online|internet) ({_COUNT})", "number"),
    _naming("catalogue", rf"(num(ber)?( of)? )?(catalog(ue)?|katalog) ({_COUNT})", "number"),
    _naming("store", rf"(num(ber)?( of)? )?(in ?store|store|shop|offline|toko) ({_COUNT})", "number"),
    _naming(
        "visits",
        r"(num(ber)?( of)? )?(web(site)?|online) visits( (a |per |last )?month)?|kunjungan web( per bulan)?",
        "number",
    ),
    _naming(
        "transactions",
        rf"frequency|(total|number of|num|no of|count of|jumlah|total jumlah) ({_COUNT})|({_COUNT}) count",
        "number",
    ),
    _naming("campaigns_accepted", r"(number of |num |total )?(campaigns accepted|accepted campaigns)", "number"),
    _naming("accepted", r"accepted (cmp|campaign) ?\d*|(cmp|campaign|kampanye) ?\d+( accepted)?", "yes_no number"),
    _naming("response_rate", r"response rate|conversion( rate)?|tingkat respons?", "number"),
    _naming("response", r"response|responded|respon|respons", "yes_no"),
    _naming("complained", r"complain(t|ts|ed)?( last \w+ years?)?|komplain|keluhan", "yes_no number"),
    _naming("score", r"[\w ]*\b(score|rating|skor|nilai kepuasan)\b[\w ]*", "number"),
    _naming("country", r"country|negara", "category"),
    _naming(
        "city", r"(home ?)?(city|town)|kota( asal| tinggal| domisili)?|kabupaten( kota)?|kota kabupaten", "category"
    ),
)
COUNTS: frozenset[Role] = frozenset(
    {"children", "family_size", "deals", "web", "catalogue", "store", "visits", "recency"}
)


def role_of(header: str, kind: AttributeKind) -> Role | None:
    """What a column of this header and kind stands for, or None."""
    name = normalised(header)
    return next((each.role for each in NAMINGS if kind in each.kinds and each.headers.match(name)), None)
