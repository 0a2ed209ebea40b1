-- non_sales    one row per product that is not a sale: postage, fees, taxes, adjustments, gift vouchers, samples, tests
--             (a discount is none of them: a negative line of that name is netted, as a return is)
-- reads        lines, product_overrides: product (lower case id or name), sale (bool): what the shop says itself
-- gives        product_id ('' where the data have none), product (''), lines
-- values       $recognise (bool): judge by code and name, or only by what the shop says
with products as (
  select   coalesce(product_id, '') as product_id, coalesce(product, '') as product, count(*) as lines
  from     lines
  where    customer_id is not null
  group by 1, 2),
judged as (
  select p.product_id, p.product, p.lines,
         coalesce(i.sale, n.sale) as sale,
         regexp_matches(lower(p.product_id),
           '^(post|postage|dot|c2|bank charges?|amazonfee|adjust[0-9]*|test[-_ ]?[0-9]*|gift_[0-9_]+.*|cruk|ongkir|shipping|voucher|(sales)?tax|vat|ppn)$')
         or regexp_matches(lower(p.product),
           '^((dotcom )?postage|carriage|porto|bank charges?|amazon fees?|cruk commission|commission|komisi|manual|adjust(ment)?( by .*| bad debt)?|penyesuaian|samples?|sampel|(this is a )?test( product| item)?[ .0-9]*|produk (tes|uji)|donations?|donasi|tips?|deposit|rounding|pembulatan|refund|pengembalian dana|(gift )?voucher.*|gift (card|certificate)|kartu hadiah.*|((sales|value added) )?tax|vat|gst|ppn|pajak|((shipping|item|order) )?insurance|asuransi( .*)?)( [0-9.,]+ ?%?)?$')
         -- what is sent, with or without the name of who brings it: "Ongkos Kirim JNE REG", "Shipping fee - DHL"
         or regexp_matches(lower(p.product),
           '^(ongkir|ongkos kirim|biaya (ongkir|kirim|pengiriman|admin|layanan|penanganan|kemasan|packing)|jasa (kirim|pengiriman)|(shipping|delivery|handling|service|admin|packing|payment|platform|postage) (cost|fee|charge)s?)($|[^a-z])')
         or regexp_matches(lower(p.product),
           '^(shipping|delivery|postage|kurir|courier)[ :(/-]*((jne|j&t|jnt|si ?cepat|anteraja|pos|tiki|ninja|wahana|go-?send|gojek|grab|spx|dhl|ups|fedex|dpd|gls|usps|royal mail|reg|yes|oke|express|standard|economy|instant|same ?day|next ?day)[ ):.]*)*$')
         or regexp_matches(lower(p.product), 'gift voucher|gift certificate|e-?gift card|voucher hadiah') as looks
  from      products p
  left join product_overrides i on i.product = lower(p.product_id)
  left join product_overrides n on n.product = lower(p.product))
select product_id, product, lines
from   judged
where  (product_id <> '' or product <> '') and coalesce(not sale, looks and $recognise)
