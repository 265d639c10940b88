/*
id: sold_without_stock
title: {zh: 无货销售申领补贴, en: A subsidy was claimed for goods that the shop never had}
status: stable
role: lead
level: high
basis: []
why:
  zh: 门店进销存中没有这个序列号，或截至销售日该型号进货数量少于已申领数量，申领的销售可能是虚构的。
  en: The shop's stock book does not have the serial number, or it had received fewer of the model by that day than it had claimed for; the sale may be made up.
not_when:
  zh: 由仓库或兄弟门店调拨直发未入本店账；期初库存未列；型号写法与进销存不同；进货补录。
  en: Sent from a warehouse or a sister shop without booking; opening stock left out; the model is written otherwise; receipts booked late.
ask:
  zh: 厂家和经销商的出库单、物流签收、进货发票和付款，库房盘点。
  en: The maker's delivery notes, carriers' receipts, purchase invoices and payments, a count of the store.
reads: [claim, goods_received]
population: {table: claim, where: "amount > 0 AND (shop_id IS NOT NULL OR shop_name IS NOT NULL) AND (serial_no IS NOT NULL OR model IS NOT NULL)"}
scope: all
params: {grace_days: 10, settle_days: 30, least_units: 3, kept_share: 0.8, met_share: 0.2, shortest: 6, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败", equipment: "设备|技改|技术改造|农机|贴息"}
lead: {unit: unit_id, subject: [shop], amount: total, currency: currency, on: last_on}
reason:
  zh: "{shop_name}申领补贴的{times}件商品（{models}）在销售时进销存中没有对应进货，补贴{total}。"
  en: "{shop_name} claimed for {times} items ({models}) that its stock book had not received by then: {total}."
examples:
  - says: serials that never came in; more of a model than came in by the day, though it was booked in later; a transfer, late booking of days and two units are left alone
    given:
      goods_received:
        - &came {unit_id: S1, unit_name: 甲店, direction: in, moved_on: 2025-01-02, item: 电视, features: TV-1, serial_no: AA000009, quantity: 1}
        - {<<: *came, serial_no: AA000002}
        - {<<: *came, serial_no: AA-000003, moved_on: 2025-05-06}
        - {<<: *came, serial_no: AA000004}
        - {unit_id: S2, unit_name: 乙店, direction: in, moved_on: 2025-01-02, item: 冰箱, features: BX-1, quantity: 2}
        - {unit_id: S2, unit_name: 乙店, direction: in, moved_on: 2025-09-02, item: 冰箱, features: BX-1, quantity: 9}
        - {unit_id: S3, unit_name: 丙店, direction: in, moved_on: 2025-01-02, item: 空调, features: KT-1, quantity: 1}
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
    expect:
      - {shop: S1, times: 3, total: 1500.00, claim_rows: [3, 4, 5]}
      - {shop: S2, times: 3, total: 900.00, claim_rows: [8, 9, 10]}
*/
WITH sold AS (
  SELECT row_id, unit_id, coalesce(shop_id, shop_name) AS shop, coalesce(shop_name, shop_id) AS shop_name, model,
    upper(regexp_replace(model, '[^0-9A-Za-z一-龥]', '', 'g')) AS model_key, translate(upper(regexp_replace(serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS serial, amount, currency, bought_on
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
came AS (
  SELECT book_of.shop, goods_received.row_id, goods_received.moved_on, goods_received.quantity,
    upper(regexp_replace(coalesce(goods_received.features, goods_received.item), '[^0-9A-Za-z一-龥]', '', 'g')) AS model_key,
    translate(upper(regexp_replace(goods_received.serial_no, '[^0-9A-Za-z]', '', 'g')), 'OIL', '011') AS serial
  FROM goods_received
  JOIN book_of ON book_of.book = goods_received.unit_id
  WHERE coalesce(goods_received.direction, 'in') = 'in'
),
books AS (
  SELECT shop, min(moved_on) AS first_on, count_if(length(coalesce(serial, '')) >= $shortest) >= $kept_share * count(*) AS keeps_serials
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
-- By quantity: receipts count from some days before they were booked, since many are booked late.
moves AS (
  SELECT came.shop, came.model_key, came.moved_on - INTERVAL 1 DAY * $grace_days AS on_day, coalesce(came.quantity, 1) AS received, 0 AS was_sold,
    came.row_id
  FROM came
  JOIN books ON books.shop = came.shop AND NOT books.keeps_serials
  UNION ALL
  SELECT sold.shop, sold.model_key, sold.bought_on AS on_day, 0 AS received, 1 AS was_sold, sold.row_id
  FROM sold
  JOIN books ON books.shop = sold.shop AND NOT books.keeps_serials AND sold.bought_on >= books.first_on + INTERVAL 1 DAY * $settle_days
  WHERE sold.model_key IS NOT NULL
),
running AS (
  SELECT shop, model_key, on_day, was_sold, row_id,
    sum(was_sold - received) OVER (PARTITION BY shop, model_key ORDER BY on_day, was_sold, row_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS short
  FROM moves
),
deepest AS (
  SELECT shop, model_key, was_sold, row_id, short,
    coalesce(max(short) OVER (PARTITION BY shop, model_key ORDER BY on_day, was_sold, row_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS so_far
  FROM running
),
counted AS (
  SELECT deepest.row_id, deepest.shop, deepest.short <= 0 OR deepest.short <= deepest.so_far AS is_there, known_models.model_key IS NOT NULL AS is_known
  FROM deepest
  LEFT JOIN known_models ON known_models.shop = deepest.shop AND known_models.model_key = deepest.model_key
  WHERE deepest.was_sold = 1
),
-- Where hardly anything agrees, the book is written in another way and says nothing.
readable AS (
  SELECT shop
  FROM looked_up
  GROUP BY shop
  HAVING count_if(is_there) >= $met_share * count(*)
  UNION
  SELECT shop
  FROM counted
  GROUP BY shop
  HAVING count_if(is_known) >= $met_share * count(*)
),
missing AS (
  SELECT looked_up.row_id
  FROM looked_up
  JOIN readable ON readable.shop = looked_up.shop
  WHERE NOT looked_up.is_there
  UNION
  SELECT counted.row_id
  FROM counted
  JOIN readable ON readable.shop = counted.shop
  WHERE NOT counted.is_there
)
SELECT sold.unit_id, sold.shop, max(sold.shop_name) AS shop_name, sold.currency, count(*) AS times,
  array_to_string(list_sort(list(DISTINCT sold.model) FILTER (WHERE sold.model IS NOT NULL)), '、') AS models,
  CAST(sum(sold.amount) AS DECIMAL(18, 2)) AS total, max(sold.bought_on) AS last_on, list_sort(list(sold.row_id)) AS claim_rows
FROM sold
JOIN missing ON missing.row_id = sold.row_id
GROUP BY sold.unit_id, sold.shop, sold.currency
HAVING count(*) >= $least_units
