"""The names that columns go by: English and Indonesian above all, and some French, Spanish and German.

A header is compared without case, accents, punctuation, underscores and currency, so `Order_Date`, `orderDate` and
`ORDER DATE (UTC)` are one name. Within a canonical column the names stand from the best to the least: of two columns
that both could fill it, the one whose name stands first is taken, unless their content says otherwise.
"""

import re
import unicodedata
from functools import cache

# After `;` stand names that mean this column only where nothing better is there.
_NAMES: dict[str, str] = {
    "order_id": """order id|order no|order number|order nr|order num|order|order name|order ref|order reference|
        order code|orderid|invoice|invoice no|invoice number|invoice id|invoice nr|no invoice|
        nomor invoice|no order|nomor order|id order|no pesanan|nomor pesanan|id pesanan|kode pesanan|
        no transaksi|nomor transaksi|id transaksi|kode transaksi|no faktur|nomor faktur|no nota|
        nomor nota|no struk|transaction id|transaction no|transaction number|transaction|receipt id|
        receipt no|receipt number|receipt|bill no|bill number|bill id|basket id|basket|sales order|
        sales order id|sales order number|so number|purchase id|purchase number|check number|ticket|
        ticket number|trans id|trx id|trx|txn id|txn|document no|document number|commande|
        commande n|n commande|numero commande|numero de commande|id commande|facture|numero facture|
        n facture|pedido|numero pedido|numero de pedido|id pedido|factura|bestellnummer|bestellung|
        bestell nr|auftragsnummer|rechnungsnummer|rechnung;
        no|nomor|number|id|order key""",
    "customer_id": """customer id|customer no|customer number|customer nr|customer code|customer key|custid|cust id|
        cust no|client id|client no|client number|client code|buyer id|user id|userid|uid|
        member id|member no|member number|membership id|membership number|shopper id|household id|
        household key|household|household code|account id|account number|consumer id|contact id|
        patient id|guest id|subscriber id|loyalty id|loyalty card|card number|id pelanggan|
        kode pelanggan|no pelanggan|nomor pelanggan|pelanggan id|id pembeli|kode pembeli|id konsumen|
        id member|id anggota|no anggota|nomor anggota|no member|id customer|kode customer|
        customer unique id|id client|numero client|code client|n client|id cliente|codigo cliente|
        numero cliente|kundennummer|kunden id|kunden nr|kunde;
        customer|pelanggan|pembeli|konsumen|client|buyer|member|user|account|cliente|cust|person id""",
    "username": """buyer username|username pembeli|username|user name|nama pengguna|akun pembeli|username buyer|login|
        screen name|nickname""",
    "name": """customer name|client name|buyer name|nama pelanggan|nama pembeli|nama konsumen|nama customer|
        nama member|nama lengkap|full name|fullname|customer full name|member name|contact name|
        account name|billing name|billing full name|nom client|nom du client|nombre cliente|
        nombre del cliente|kundenname;
        recipient|recipient name|nama penerima|penerima|shipping name|last name|first name|name|nama|nom|
        nombre""",
    "email": """email|e mail|email address|customer email|buyer email|contact email|billing email|user email|
        alamat email|surel|email pelanggan|email pembeli|mail|courriel|adresse email|correo|
        correo electronico|e mail adresse""",
    "phone": """phone|phone number|phone no|telephone|mobile|mobile number|mobile phone|customer phone|buyer phone|
        billing phone|contact number|no telepon|nomor telepon|telepon|no hp|nomor hp|hp|no telp|
        telp|no wa|nomor wa|no whatsapp|nomor whatsapp|whatsapp|no handphone|nomor handphone|
        phone number buyer|shipping phone|telefon|telefonnummer|telefono|tel;
        msisdn""",
    "ordered_at": """order date|ordered at|ordered on|order datetime|order date time|order time|order timestamp|
        order created|order created at|order created date|order creation date|order placed|date ordered|
        date of order|order day|purchase date|purchased at|purchase time|purchase timestamp|
        order purchase timestamp|date of purchase|invoice date|date of invoice|invoice datetime|
        transaction date|transaction time|transaction datetime|
        transaction timestamp|date of transaction|trans date|trx date|
        txn date|sale date|sales date|date of sale|receipt date|bill date|checkout date|created at|
        created time|created date|creation date|date created|created|create time|waktu pesanan dibuat|
        tanggal pesanan dibuat|tanggal pesanan|tgl pesanan|waktu pesanan|tanggal order|tgl order|
        tanggal pemesanan|tgl pemesanan|tanggal transaksi|tgl transaksi|waktu transaksi|
        tanggal pembelian|tgl pembelian|tanggal penjualan|tgl penjualan|tanggal beli|tgl beli|
        tanggal invoice|tgl invoice|tanggal faktur|tgl faktur|tanggal nota|tanggal dibuat|tgl dibuat|
        tanggal pesan|tanggal jual|tanggal struk|purchased on|bought on|sold on|date sold|date purchased|invoiced on|
        date time|datetime|timestamp|date|tanggal|tgl|waktu|date commande|date de commande|
        date de la commande|date facture|date achat|fecha|fecha pedido|fecha de pedido|fecha compra|
        fecha factura|datum|bestelldatum|rechnungsdatum|kaufdatum;
        paid at|paid time|paid date|payment date|payment time|date paid|tanggal pembayaran|tgl pembayaran|
        tgl bayar|tanggal bayar|waktu pembayaran|waktu pembayaran dilakukan|completed at|
        completed time|order completed|waktu pesanan selesai|tanggal selesai|processed at|time|day|
        jam|hari|posting date|booking date|event time""",
    "shipped_at": """ship date|shipped at|shipped date|shipped time|shipping date|date shipped|dispatch date|
        dispatched at|fulfilled at|fulfillment date|waktu pengiriman diatur|tanggal pengiriman|
        tgl pengiriman|tanggal kirim|tgl kirim|waktu pengiriman|date expedition|date envoi|
        fecha envio|versanddatum;
        delivered at|delivery date|delivered time""",
    "product_id": """product id|product code|product no|product number|product sku|sku|sku code|item sku|sku id|
        seller sku|stock code|stockcode|item id|item code|item no|item number|item nr|article id|
        article no|article number|article code|upc|ean|gtin|barcode|isbn|asin|plu|part number|
        material|material number|variant id|variant sku|lineitem sku|kode barang|kode produk|
        id produk|id barang|no barang|kode item|kode sku|nomor referensi sku|sku produk|sku induk|
        prod id|prod code|produit id|reference produit|code produit|reference article|codigo producto|
        id producto|referencia|artikelnummer|artikel nr|produktnummer;
        product key|model|style|reference""",
    "product": """product name|product|product title|product description|item name|item|item description|item title|
        article name|article|description|stock description|lineitem name|line item name|sku name|
        title|goods|commodity desc|nama barang|nama produk|nama item|barang|produk|deskripsi|
        deskripsi barang|deskripsi produk|menu|nama menu|produit|produits|nom produit|nom du produit|
        designation|libelle|producto|nombre producto|descripcion|artikel|produkt|produktname|
        artikelname|bezeichnung;
        desc|product type|menu item""",
    "category": """category|product category|category name|main category|item category|product group|department|
        kategori|kategori produk|kategori barang|jenis barang|jenis produk|kelompok barang|kelompok produk|
        product line|categorie|categoria|kategorie|warengruppe;
        family|class|group|brand|merchandise group|product type|product class|kelompok|jenis|golongan""",
    "subcategory": """sub category|subcategory|subcategory name|sub category name|product sub category|
        product subcategory|        sub kategori|subkategori|sub department|sous categorie|subcategoria|unterkategorie;
        sub class|subclass""",
    "quantity": """quantity|qty|qty ordered|quantity ordered|order quantity|ordered quantity|order qty|quantity sold|
        qty sold|units|units sold|unit sold|pieces|pcs|number of items|no of items|item count|
        items sold|item quantity|product quantity|lineitem quantity|line item quantity|sales qty|
        sales quantity|number of units|number of cds|jumlah|jumlah barang|jumlah produk|jumlah item|
        jumlah beli|jumlah terjual|jumlah pesanan|kuantitas|kuantiti|banyak|banyaknya|qty terjual|
        jml|jml barang|quantite|articles vendus|nombre d articles|cantidad|menge|anzahl|stuckzahl;
        count|pieces sold|volume|amount|items""",
    "unit_price": """unit price|price per unit|price each|price per item|price per piece|item price|product price|
        unit selling price|sku unit price|lineitem price|line item price|selling price|sale price|
        sales price|unit cost|rate|harga satuan|harga setelah diskon|harga per unit|harga per item|
        harga per pcs|harga jual|harga barang|harga produk|prix unitaire|precio unitario|einzelpreis|
        stuckpreis|unitprice|price|harga|prix|precio|preis;
        sku unit original price|harga awal|harga sebelum diskon|list price|original price|retail price|msrp|
        mrp|tarif""",
    "amount": """net sales|net amount|net revenue|net total|net price|net value|sku subtotal after discount|
        subtotal after discount|total after discount|amount after discount|discounted total|
        sales after discount|line total|line amount|line value|line revenue|extended price|
        extended amount|item total|item subtotal|total price|total amount|total sales|total sale|
        sales amount|sales value|sale amount|sale value|sales|sale|revenue|turnover|amount|
        total revenue|total spent|total spend|total value|spend|spending|amount spent|
        purchase amount|transaction amount|transaction value|order value|order amount|order total|
        order subtotal|payment value|payment amount|amount paid|invoice amount|invoice total|
        invoice value|price total|dollar value|gmv|total harga|total harga produk|total harga barang|
        jumlah harga|total penjualan|penjualan bersih|penjualan|nilai penjualan|nilai transaksi|
        total transaksi|total belanja|nilai pesanan|total pesanan|pendapatan|omzet|omset|nominal|
        subtotal setelah diskon|ventes nettes|ventes|chiffre d affaires|montant|montant total|
        total ttc|total ht|importe|ventas|umsatz|betrag|gesamtpreis|summe|sub total|subtotal|
        total|total bayar|total pembayaran|dibayar pembeli;
        grand total|gross sales|gross amount|gross revenue|subtotal before discount|
        sku subtotal before discount|value|nilai|monetary|money|cost|payment|paid""",
    "discount": """discount|discount amount|line discount|lineitem discount|total discount|discount value|
        discount total|        item discount|discount percent|discount rate|discount pct|diskon|potongan|potongan harga|
        total diskon|nilai diskon|besar diskon|rabat|remise|reduction|descuento|rabatt;
        sku seller discount|voucher""",
    "order_discount": """order discount|order discount amount|order level discount|total order discount|
        cart discount|cart discount amount|basket discount|invoice discount|order voucher|order coupon|
        voucher amount|voucher discount|coupon amount|coupon discount|diskon pesanan|potongan pesanan|
        total diskon pesanan|diskon order|diskon transaksi|diskon invoice|diskon nota|voucher pesanan|
        nilai voucher|potongan voucher|diskon voucher|voucher toko|remise commande|descuento pedido|
        bestellrabatt""",
    "order_refund": """order refund|refund|refunds|refund amount|refunded amount|amount refunded|refund total|
        total refund|order refund amount|jumlah refund|nilai refund|dana dikembalikan|pengembalian dana|
        jumlah pengembalian dana|nilai pengembalian|montant rembourse|reembolso|erstattung""",
    "profit": """profit|gross profit|net profit|profit amount|margin|gross margin|profit margin|laba|laba kotor|
        laba bersih|keuntungan|untung|benefice|marge|ganancia|gewinn""",
    "shipping_cost": """shipping cost|shipping fee|shipping|shipping price|shipping amount|shipping charge|freight|
        freight value|freight cost|delivery fee|delivery cost|delivery charge|postage|ongkos kirim|
        ongkir|biaya kirim|biaya pengiriman|frais de port|frais de livraison|gastos de envio|
        versandkosten""",
    "ship_mode": """ship mode|shipping mode|shipping method|shipping type|shipment mode|delivery method|delivery option|
        delivery mode|delivery type|ship via|shipping provider|shipping provider name|courier|kurir|
        ekspedisi|jasa pengiriman|jasa kirim|metode pengiriman|opsi pengiriman|mode de livraison|
        versandart""",
    "country": """country|country name|customer country|ship country|shipping country|billing country|country code|
        country region|negara|pays|pais|land|buyer country""",
    "region": """region|sales region|wilayah|area|daerah|kawasan|territory|pulau;
        zone""",
    "state": """state|province|state province|provinsi|propinsi|shipping province|billing province|customer state|
        ship state|billing state|shipping state|bundesland|departement|provincia|estado;
        county""",
    "city": """city|town|customer city|ship city|shipping city|billing city|kota|kota kabupaten|kabupaten kota|
        kabupaten|regency and city|regency|ville|ciudad|stadt;
        district""",
    "postcode": """postcode|post code|postal code|zip|zip code|zipcode|shipping zip|billing zip|kode pos|code postal|
        codigo postal|plz|postleitzahl""",
    "market": """market|marketplace|market name|sales market|pasar""",
    "channel": """channel|sales channel|order channel|purchase channel|order source|source|platform|store type|
        saluran|kanal|kanal penjualan|saluran penjualan|sumber|sumber pesanan|attribution|canal|
        vertriebskanal;
        store|store name|toko|nama toko|outlet|branch|cabang|shop|location|store id""",
    "status": """order status|status|status pesanan|status order|status terakhir|status transaksi|transaction status|
        financial status|payment status|order state|invoice status|status pembayaran|etat|statut|
        estado pedido|bestellstatus;
        fulfillment status|order substatus""",
    "line_id": """line id|row id|line number|line no|row number|row no|order line id|order item id|line item id|
        orderlineid|record id|entry id|order detail id|order line|order line number|detail id|
        no baris|id baris|nomor baris|item line;
        id|no|no urut|nomor urut|index|key|unnamed 0|row|line""",
    "currency": """currency|currency code|order currency|mata uang|kode mata uang|valuta|devise|moneda|wahrung|ccy""",
    "consent_email": """consent email|email consent|accepts marketing|accepts email marketing|email marketing consent|
        email opt in|opt in email|newsletter|email opt in status|marketing consent|persetujuan email|
        setuju email""",
    "consent_sms": """consent sms|sms consent|accepts sms marketing|sms marketing consent|sms opt in|opt in sms|
        consent whatsapp|persetujuan sms|setuju sms|whatsapp opt in""",
    "consent_phone": """consent phone|phone consent|call consent|phone opt in|opt in phone|may call|persetujuan telepon|
        setuju telepon""",
}
# What stands beside a name without changing what it means.
_CURRENCY_WORDS = (
    "idr|rp|rupiah|usd|us|eur|euro|euros|gbp|myr|rm|sgd|inr|jpy|aud|cad|brl|php|thb|vnd|chf|local currency"
)
_SYMBOLS = {
    "rp": "IDR",
    "rupiah": "IDR",
    "$": "USD",
    "us$": "USD",
    "£": "GBP",
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
}
_SYMBOLS |= {"¥": "JPY", "₹": "INR", "rm": "MYR", "s$": "SGD", "฿": "THB", "₫": "VND", "₱": "PHP", "r$": "BRL"}
# Indonesian words as tills and ledgers shorten them.
_SHORT = {"plg": "pelanggan", "plgn": "pelanggan", "brg": "barang", "prd": "produk", "tgl": "tanggal"}
_SHORT |= {
    "jml": "jumlah",
    "jlh": "jumlah",
    "hrg": "harga",
    "hrga": "harga",
    "sat": "satuan",
    "nm": "nama",
    "kd": "kode",
}
_SHORT |= {"nmr": "nomor", "ket": "keterangan", "kat": "kategori", "pot": "potongan", "disk": "diskon", "tot": "total"}
_SHORT |= {"trans": "transaksi", "trx": "transaksi"}
CODES = frozenset(
    """AED ARS AUD BDT BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GHS HKD HUF IDR ILS INR JOD JPY KES KRW KWD
    LKR MAD MMK MXN MYR NGN NOK NPR NZD OMR PEN PHP PKR PLN QAR RON RUB SAR SEK SGD THB TND TRY TWD TZS UAH UGX USD UYU
    VND XAF XOF ZAR""".split()  # noqa: SIM905
)


@cache
def normalised(header: str) -> str:
    """A header as lower-case words: no accents, punctuation, underscores, currency, units or camel case."""
    words = re.sub(r"(?<=[a-z\d])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", " ", header.strip("\ufeff \t\0"))
    words = re.sub(r"[#№]|n[°º]", " no ", words, flags=re.IGNORECASE)
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c)).casefold()
    plain = re.sub(rf"[(\[]\s*({_CURRENCY_WORDS}|[^\w()]+|utc|gmt\S*|wib)\s*[)\]]|[$£€¥₹]", " ", plain)
    return " ".join(re.findall(r"[^\W_]+", plain))


@cache
def _known() -> dict[str, tuple[tuple[str, float], ...]]:
    """Name without blanks -> (canonical column, strength): 1 for the best name, below .7 for one that means much."""
    known: dict[str, dict[str, float]] = {}
    for column, names in _NAMES.items():
        strong, _, weak = names.partition(";")
        for part, top, least in ((strong, 1.0, 0.8), (weak, 0.65, 0.5)):
            listed = [
                name.replace(" ", "") for name in " ".join(part.split()).replace("| ", "|").split("|") if name.strip()
            ]
            for rank, name in enumerate(listed):
                strength = top - (top - least) * rank / max(len(listed), 1)
                known.setdefault(name, {}).setdefault(column, round(strength, 3))
    return {name: tuple(found.items()) for name, found in known.items()}


@cache
def meanings(header: str) -> tuple[tuple[str, float], ...]:
    """What a header may mean: canonical columns, or `username` or what is the order's, with the strength of the name.

    The best stand first. A header that is no known name in full means, more weakly, what its longest known run of words
    at either end means.
    """
    words = normalised(header).split()
    words = [*words[:-1], *([words[-1]] if words and words[-1] not in _CURRENCY_WORDS.split("|") else [])] or words
    whole = [_SHORT.get(word, word) for word in words]
    found = _known().get("".join(words)) or _known().get("".join(whole))
    if found is None and 1 < len(words) <= 8:
        found = _partly(words) or _partly(whole)
    return tuple(sorted(found or (), key=lambda meaning: -meaning[1]))


def _partly(words: list[str]) -> tuple[tuple[str, float], ...]:
    for length in range(len(words) - 1, 1, -1):
        for run in (words[-length:], words[:length]):
            if found := _known().get("".join(run)):
                return tuple((column, round(strength * 0.7, 3)) for column, strength in found)
    return ()


def currency_in(header: str) -> str | None:
    """The ISO 4217 code that a header names: `Harga (Rp)` is IDR, `Sales USD` is USD."""
    for word in re.findall(r"[^\W\d_]+\$?|[$£€¥₹฿₫₱]", header):
        if word.isupper() and word in CODES:
            return str(word)
        if word.casefold() in _SYMBOLS and (word.casefold() != "rm" or word.isupper()):
            return _SYMBOLS[word.casefold()]
    return None


def currency_of(symbol: str) -> str | None:
    """The ISO 4217 code of a symbol or code as it stands in a cell, else None."""
    symbol = symbol.strip(" .\u00a0").casefold()
    return symbol.upper() if symbol.upper() in CODES else _SYMBOLS.get(symbol)
