/*
id: sold_without_stock
title: {zh: 无货销售申领补贴, en: A subsidy was claimed for goods that the shop never had}
status: stable
role: lead
level: high
basis: []
why:
  zh: 门店进销存中没有这个序列号，或截至销售日该型号进货（或出库）数量少于已申领数量，申领的销售可能是虚构的。
  en: The shop's stock book does not have the serial number, or by that day it had received, or issued, fewer of the model than it had claimed for; the sale may be made up.
not_when:
  zh: 由仓库或兄弟门店调拨直发未入本店账；期初库存未列；型号写法与进销存不同；进货补录。
  en: Sent from a warehouse or a sister shop without booking; opening stock left out; the model is written otherwise; receipts booked late.
ask:
  zh: 厂家和经销商的出库单、物流签收、进货发票和付款，库房盘点。
  en: The maker's delivery notes, carriers' receipts, purchase invoices and payments, a count of the store.
reads: [claim, goods_received]
population: {table: claim, where: "amount > 0 AND (shop_id IS NOT NULL OR shop_name IS NOT NULL) AND (serial_no IS NOT NULL OR model IS NOT NULL)"}
scope: all
params: {grace_days: 10, settle_days: 30, least_units: 2, kept_share: 0.8, issued_share: 0.5, met_share: 0.2, shortest: 6, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败", equipment: "设备|技改|技术改造|农机|贴息"}
lead: {unit: unit_id, subject: [shop], amount: total, currency: currency, on: last_on}
reason:
  zh: "{shop_name}申领补贴的{times}件商品（{models}）在销售时进销存中没有对应进货或出库，补贴约{total}。"
  en: "{shop_name} claimed for {times} items ({models}) that its stock book had not received, or not issued, by then: about {total}."
examples:
  - says: serials that never came in; more of a model than came in by the day, though it was booked in later; sales that never went out; late booking of days and one unit are left alone
    given:
      goods_received:
        - &came {unit_id: S1, unit_name: 甲店, direction: in, moved_on: 2025-01-02, item: 电视, features: TV-1, serial_no: AA000009, quantity: 1}
        - {<<: *came, serial_no: AA000002}
        - {<<: *came, serial_no: AA-000003, moved_on: 2025-05-06}
        - {<<: *came, serial_no: AA000004}
        - {unit_id: S2, unit_name: 乙店, direction: in, moved_on: 2025-01-02, item: 冰箱, features: BX-1, quantity: 2}
        - {unit_id: S2, unit_name: 乙店, direction: in, moved_on: 2025-09-02, item: 冰箱, features: BX-1, quantity: 9}
        - {unit_id: S3, unit_name: 丙店, direction: in, moved_on: 2025-01-02, item: 空调, features: KT-1, quantity: 2}
        - &stock {unit_id: S4, unit_name: 丁店, direction: in, moved_on: 2025-01-02, item: 空调, features: KT-1, quantity: 50}
        - {<<: *stock, direction: out, moved_on: 2025-05-01, quantity: 1}
        - {<<: *stock, direction: out, moved_on: 2025-05-02, quantity: 1}
      claim:
        - &sold {shop_id: S1, shop_name: 甲店, model: TV-1, serial_no: AA000002, amount: 500.00, bought_on: 2025-05-01}
        - {<<: *sold, serial_no: AA000003}
        - {<<: *sold, serial_no: BB000001}
        - {<<: *sold, serial_no: BB000002}
        - {<<: *sold, serial_no: BB000003}
        - &cold {shop_id: S2, shop_name: 乙店, model: bx 1, amount: 300.00, bought_on: 2025-05-01}
        - *cold
        - *cold
        - *cold
        - *cold
        - &cool {<<: *cold, shop_id: S3, shop_name: 丙店, model: KT-1}
        - *cool
        - *cool
        - &issued {<<: *cool, shop_id: S4, shop_name: 丁店}
        - {<<: *issued, bought_on: 2025-05-02}
        - {<<: *issued, bought_on: 2025-05-03}
        - {<<: *issued, bought_on: 2025-05-04}
    expect:
      - {shop: S1, times: 3, total: 1500.00, claim_rows: [3, 4, 5]}
      - {shop: S2, times: 3, total: 900.00, claim_rows: [6, 7, 8, 9, 10]}
      - {shop: S4, times: 2, total: 600.00, claim_rows: [15, 16, 17]}
*/
WITH sold AS (
  SELECT row_id, unit_id, coalesce(shop_id, shop_name) AS shop, coalesce(shop_name, shop_id) AS shop_name, model,
    upper(regexp_replace(model, '[^0-9A-Za-z一-龥]', '', 'g')) AS model_key, translate(upper(regexp_replace(serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS serial, amount, currency, coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on
  FROM claim
  WHERE amount > 0 AND NOT regexp_matches(coalesce(status, ''), $gone) AND coalesce(shop_id, shop_name) IS NOT NULL
    AND NOT regexp_matches(concat(coalesce(programme, ''), coalesce(kind, '')), $equipment)
),
shops AS (
  SELECT DISTINCT shop, shop_name
  FROM sold
),
keepers AS (
  SELECT DISTINCT unit_id, coalesce(unit_name, unit_id) AS unit_name
  FROM goods_received
),
-- A shop's book is kept under its code or under its name.
book_of AS (
  SELECT shops.shop, min(keepers.unit_id) AS book
  FROM shops
  JOIN keepers ON keepers.unit_id = shops.shop
  GROUP BY shops.shop
  UNION
  SELECT shops.shop, min(keepers.unit_id) AS book
  FROM shops
  JOIN keepers ON keepers.unit_name = shops.shop_name
  GROUP BY shops.shop
),
moved AS (
  SELECT book_of.shop, goods_received.row_id, goods_received.moved_on, goods_received.quantity, coalesce(goods_received.direction, 'in') AS way,
    upper(regexp_replace(coalesce(goods_received.features, goods_received.item), '[^0-9A-Za-z一-龥]', '', 'g')) AS model_key,
    translate(upper(regexp_replace(goods_received.serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS serial
  FROM goods_received
  JOIN book_of ON book_of.book = goods_received.unit_id
),
came AS (
  SELECT shop, row_id, moved_on, quantity, model_key, serial
  FROM moved
  WHERE way = 'in'
),
books AS (
  SELECT shop, min(moved_on) AS first_on, count(*) FILTER (WHERE length(coalesce(serial, '')) >= $shortest) >= $kept_share * count(*) AS keeps_serials
  FROM came
  GROUP BY shop
),
by_serial AS (
  SELECT shop, serial, min(moved_on) AS first_on
  FROM came
  WHERE length(serial) >= $shortest
  GROUP BY shop, serial
),
looked_up AS (
  SELECT sold.row_id, sold.shop, by_serial.first_on IS NOT NULL AND by_serial.first_on <= sold.bought_on + INTERVAL 1 DAY * $grace_days AS is_there
  FROM sold
  JOIN books ON books.shop = sold.shop AND books.keeps_serials AND sold.bought_on >= books.first_on + INTERVAL 1 DAY * $settle_days
  LEFT JOIN by_serial ON by_serial.shop = sold.shop AND by_serial.serial = sold.serial
  WHERE length(sold.serial) >= $shortest
),
known_models AS (
  SELECT DISTINCT shop, model_key
  FROM came
  WHERE model_key IS NOT NULL
),
claimed AS (
  SELECT shop, count(*) AS claims
  FROM sold
  GROUP BY shop
),
-- A book that has issues at all has one for each sale.
ways AS (
  SELECT books.shop, moved.way
  FROM books
  JOIN moved ON moved.shop = books.shop
  JOIN claimed ON claimed.shop = books.shop
  WHERE NOT books.keeps_serials
  GROUP BY books.shop, moved.way, claimed.claims
  HAVING moved.way = 'in' OR count(*) >= $issued_share * claimed.claims
),
-- By quantity: claims beyond what had come in, or beyond what went out about then. Rows of the book count from some
-- days before their date, since many are booked late; and what went out long before was sold to somebody else.
moves AS (
  SELECT moved.shop, moved.model_key, moved.way, moved.moved_on - INTERVAL 1 DAY * $grace_days AS on_day, coalesce(moved.quantity, 1) AS early,
    0 AS late, 0 AS was_sold, moved.row_id
  FROM moved
  JOIN ways ON ways.shop = moved.shop AND ways.way = moved.way
  UNION ALL
  SELECT moved.shop, moved.model_key, moved.way, moved.moved_on + INTERVAL 1 DAY * $grace_days AS on_day, 0 AS early,
    coalesce(moved.quantity, 1) AS late, 0 AS was_sold, moved.row_id
  FROM moved
  JOIN ways ON ways.shop = moved.shop AND ways.way = moved.way
  WHERE moved.way = 'out'
  UNION ALL
  SELECT sold.shop, sold.model_key, ways.way, sold.bought_on AS on_day, 0 AS early, 0 AS late, 1 AS was_sold, sold.row_id
  FROM sold
  JOIN ways ON ways.shop = sold.shop
  JOIN books ON books.shop = sold.shop AND sold.bought_on >= books.first_on + INTERVAL 1 DAY * $settle_days
  WHERE sold.model_key IS NOT NULL
),
summed AS (
  SELECT shop, model_key, way, on_day, was_sold, row_id,
    sum(was_sold - early) OVER (PARTITION BY shop, model_key, way ORDER BY on_day, was_sold, row_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS at_most,
    sum(was_sold - late) OVER (PARTITION BY shop, model_key, way ORDER BY on_day, was_sold, row_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS at_least
  FROM moves
),
running AS (
  SELECT shop, model_key, way, on_day, was_sold, row_id,
    at_most - CASE WHEN way = 'in' THEN 0 ELSE least(0, min(at_least) OVER (PARTITION BY shop, model_key, way ORDER BY on_day, was_sold, row_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) END AS short
  FROM summed
),
stepped AS (
  SELECT shop, model_key, way, on_day, short,
    coalesce(max(short) OVER (PARTITION BY shop, model_key, way ORDER BY on_day, was_sold, row_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS so_far
  FROM running
),
depths AS (
  SELECT shop, model_key, way, max(short) AS short
  FROM running
  GROUP BY shop, model_key, way
  HAVING max(short) > 0
),
depth AS (
  SELECT shop, model_key, max(short) AS short, arg_max(way, short * 2 + CASE WHEN way = 'in' THEN 1 ELSE 0 END) AS way
  FROM depths
  GROUP BY shop, model_key
),
-- The weeks in which the shop fell short: from the last entry before them to the deepest point.
spell AS (
  SELECT depth.shop, depth.model_key, depth.way, depth.short, min(stepped.on_day) AS from_day, max(stepped.on_day) AS to_day
  FROM depth
  JOIN stepped ON stepped.shop = depth.shop AND stepped.model_key = depth.model_key AND stepped.way = depth.way
    AND stepped.short > stepped.so_far AND stepped.short > 0
    AND stepped.short * CASE WHEN depth.way = 'in' THEN 3 ELSE 6 END >= depth.short
  GROUP BY depth.shop, depth.model_key, depth.way, depth.short
),
spell_from AS (
  SELECT spell.shop, spell.model_key, spell.short, spell.to_day, max(moved.moved_on) AS booked_on
  FROM spell
  LEFT JOIN moved ON moved.shop = spell.shop AND moved.model_key = spell.model_key AND moved.way = spell.way AND moved.moved_on <= spell.from_day
  GROUP BY spell.shop, spell.model_key, spell.short, spell.to_day
),
in_spell AS (
  SELECT sold.row_id, sold.shop, sold.model_key, spell_from.short,
    count(*) OVER (PARTITION BY sold.shop, sold.model_key ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS claims
  FROM sold
  JOIN spell_from ON spell_from.shop = sold.shop AND spell_from.model_key = sold.model_key AND sold.bought_on <= spell_from.to_day
    AND sold.bought_on >= coalesce(spell_from.booked_on, DATE '1900-01-01')
),
-- Where hardly anything agrees, the book is written in another way and says nothing.
readable AS (
  SELECT shop
  FROM looked_up
  GROUP BY shop
  HAVING count(*) FILTER (WHERE is_there) >= $met_share * count(*)
  UNION
  SELECT sold.shop
  FROM sold
  JOIN books ON books.shop = sold.shop AND NOT books.keeps_serials
  LEFT JOIN known_models ON known_models.shop = sold.shop AND known_models.model_key = sold.model_key
  GROUP BY sold.shop
  HAVING count(known_models.model_key) >= $met_share * count(*)
),
missing AS (
  SELECT looked_up.row_id, looked_up.shop, CAST(1 AS DECIMAL(18, 6)) AS units
  FROM looked_up
  WHERE NOT looked_up.is_there
  UNION ALL
  SELECT row_id, shop, CAST(least(short, claims) / nullif(claims, 0) AS DECIMAL(18, 6)) AS units
  FROM in_spell
)
SELECT sold.unit_id, sold.shop, max(sold.shop_name) AS shop_name, sold.currency, CAST(round(sum(missing.units)) AS BIGINT) AS times,
  array_to_string(list_sort(list(DISTINCT sold.model) FILTER (WHERE sold.model IS NOT NULL)), '、') AS models,
  CAST(sum(sold.amount * missing.units) AS DECIMAL(18, 2)) AS total, max(sold.bought_on) AS last_on, list_sort(list(sold.row_id)) AS claim_rows
FROM sold
JOIN missing ON missing.row_id = sold.row_id
JOIN readable ON readable.shop = sold.shop
GROUP BY sold.unit_id, sold.shop, sold.currency
HAVING round(sum(missing.units)) >= $least_units
