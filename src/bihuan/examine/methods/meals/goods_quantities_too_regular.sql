/*
id: goods_quantities_too_regular
title: {zh: 鲜货每次入库数量几乎一样, en: Fresh food comes in nearly the same quantity every time}
status: stable
role: lead
level: medium
basis: [accounting]
why:
  zh: 称重的鲜肉、蔬菜每天实收重量不可能总是一样，供餐人数也在变。长期同一数字，入库单可能是事后照抄补填的，验收没有进行。
  en: Weighed meat and vegetables are never the same from day to day, nor are the heads. One figure for months suggests slips written afterwards and no weighing.
not_when:
  zh: 按定量包装（箱、袋）供货；只登记订货量；米面油盐等耐储物品。
  en: Goods in packs of fixed weight; only the order is written down; rice, flour, oil, salt.
ask:
  zh: 验收原始磅单和签字、送货单、供应商的出库单，同期就餐人数；到现场看一次验收。
  en: Weighing slips and signatures, delivery notes, the supplier's own slips, heads of those days; watch one delivery.
reads: [goods_received]
population: {table: goods_received, where: "quantity > 0 AND coalesce(direction, 'in') = 'in' AND measure IN ('斤', '公斤', '千克', 'kg', 'KG', 'Kg', '市斤')"}
max_share: 0.3
scope: all
params: {least_times: 15, same_share: 0.7, most_figures: 3}
lead: {unit: unit_id, subject: [item], amount: total, currency: currency, on: last_on}
reason:
  zh: "{school}{first_on}至{last_on}入库{item}{times}次，其中{same_times}次数量相同（{quantity}{measure}），涉及{total}。"
  en: "{school} received {item} {times} times from {first_on} to {last_on}, {same_times} of them the same quantity ({quantity} {measure}), {total} together."
examples:
  - says: pork of 8 kg fourteen days of fifteen; pork that varies, eggs by the box, rice and a few deliveries are left alone
    given:
      goods_received:
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-03}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-04}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-05}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-06}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-07}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-10}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-11}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-12}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-13}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-14}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-17}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-18}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-19}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 8, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-20}
        - {unit_id: S1, item: 猪肉, measure: 公斤, quantity: 9, price: 10, amount: 90.00, direction: in, moved_on: 2025-03-21}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 8.0, price: 10, amount: 80.00, direction: in, moved_on: 2025-03-03}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 8.1, price: 10, amount: 81.00, direction: in, moved_on: 2025-03-04}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 8.2, price: 10, amount: 82.00, direction: in, moved_on: 2025-03-05}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 8.3, price: 10, amount: 83.00, direction: in, moved_on: 2025-03-06}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 8.4, price: 10, amount: 84.00, direction: in, moved_on: 2025-03-07}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 8.5, price: 10, amount: 85.00, direction: in, moved_on: 2025-03-10}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 8.6, price: 10, amount: 86.00, direction: in, moved_on: 2025-03-11}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 8.7, price: 10, amount: 87.00, direction: in, moved_on: 2025-03-12}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 8.8, price: 10, amount: 88.00, direction: in, moved_on: 2025-03-13}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 8.9, price: 10, amount: 89.00, direction: in, moved_on: 2025-03-14}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 9.0, price: 10, amount: 90.00, direction: in, moved_on: 2025-03-17}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 9.1, price: 10, amount: 91.00, direction: in, moved_on: 2025-03-18}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 9.2, price: 10, amount: 92.00, direction: in, moved_on: 2025-03-19}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 9.3, price: 10, amount: 93.00, direction: in, moved_on: 2025-03-20}
        - {unit_id: S2, item: 猪肉, measure: 公斤, quantity: 9.4, price: 10, amount: 94.00, direction: in, moved_on: 2025-03-21}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-03}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-04}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-05}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-06}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-07}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-10}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-11}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-12}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-13}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-14}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-17}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-18}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-19}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-20}
        - {unit_id: S1, item: 鸡蛋, measure: 箱, quantity: 2, price: 10, amount: 20.00, direction: in, moved_on: 2025-03-21}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-03}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-04}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-05}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-06}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-07}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-10}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-11}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-12}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-13}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-14}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-17}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-18}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-19}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-20}
        - {unit_id: S1, item: 大米, measure: 公斤, quantity: 25, price: 10, amount: 250.00, direction: in, moved_on: 2025-03-21}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-03}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-04}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-05}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-06}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-07}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-10}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-11}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-12}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-13}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-14}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-17}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-18}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-19}
        - {unit_id: S1, item: 豆腐, measure: 公斤, quantity: 5, price: 10, amount: 50.00, direction: in, moved_on: 2025-03-20}
    expect:
      - {unit_id: S1, item: 猪肉, times: 15, same_times: 14, quantity: 8.00, total: 1120.00}
  - says: three odd figures in turn through a term; eggs by whole crates are left alone
    given:
      goods_received:
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 22.5, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-03}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 15, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-03}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 25, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-04}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 30, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-04}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 21, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-05}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 45, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-05}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 22.5, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-06}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 15, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-06}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 25, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-07}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 30, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-07}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 21, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-08}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 45, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-08}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 22.5, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-09}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 15, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-09}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 25, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-10}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 30, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-10}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 21, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-11}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 45, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-11}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 22.5, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-12}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 15, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-12}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 25, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-13}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 30, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-13}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 21, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-14}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 45, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-14}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 22.5, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-15}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 15, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-15}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 25, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-16}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 30, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-16}
        - {unit_id: S3, item: 鸡腿, measure: 公斤, quantity: 21, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-17}
        - {unit_id: S4, item: 鸡蛋, measure: 公斤, quantity: 45, price: 10, amount: 200.00, direction: in, moved_on: 2025-03-17}
    expect:
      - {unit_id: S3, item: 鸡腿, times: 15, same_times: 15}
*/
WITH weighed AS (
  SELECT row_id, unit_id, coalesce(unit_name, unit_id) AS school, moved_on, quantity, measure, currency,
    coalesce(amount, quantity * price, 0) AS amount, regexp_replace(item, '[ 　]', '', 'g') AS item,
    month(moved_on) BETWEEN 2 AND 7 AS is_spring, year(moved_on) - CASE WHEN month(moved_on) <= 7 THEN 1 ELSE 0 END AS first_year
  FROM goods_received
  WHERE quantity > 0 AND coalesce(direction, 'in') = 'in'
    AND measure IN ('斤', '公斤', '千克', 'kg', 'KG', 'Kg', '市斤')
    AND NOT regexp_matches(item, '米|面|粉|油|盐|糖|奶|酱|醋|调|干货|木耳|香菇干|罐头')
),
by_quantity AS (
  SELECT unit_id, item, measure, is_spring, first_year, quantity, count(*) AS times
  FROM weighed
  GROUP BY unit_id, item, measure, is_spring, first_year, quantity
),
by_term AS (
  SELECT unit_id, item, measure, is_spring, first_year, sum(times) AS times, max(times) AS same_times,
    arg_max(quantity, times * 1000000 - quantity) AS quantity, count(*) AS figures, min(quantity) AS smallest,
    sum(CASE WHEN times > 1 THEN times ELSE 0 END) AS repeated
  FROM by_quantity
  GROUP BY unit_id, item, measure, is_spring, first_year
),
-- Whole crates are multiples of one another; two or three odd figures in turn for a whole term are copied too.
uncrated AS (
  SELECT by_term.unit_id, by_term.item, by_term.measure, by_term.is_spring, by_term.first_year
  FROM by_term
  JOIN by_quantity ON by_quantity.unit_id = by_term.unit_id AND by_quantity.item = by_term.item
    AND by_quantity.measure = by_term.measure AND by_quantity.is_spring = by_term.is_spring
    AND by_quantity.first_year = by_term.first_year
  WHERE by_term.times >= $least_times AND by_term.figures BETWEEN 2 AND $most_figures AND by_term.repeated = by_term.times
  GROUP BY by_term.unit_id, by_term.item, by_term.measure, by_term.is_spring, by_term.first_year
  HAVING max(abs(by_quantity.quantity / nullif(by_term.smallest, 0) - round(by_quantity.quantity / nullif(by_term.smallest, 0)))) > 0.01
    AND max(abs(by_quantity.quantity / 5 - round(by_quantity.quantity / 5))) > 0.01
),
rote AS (
  SELECT by_term.unit_id, by_term.item, by_term.measure, by_term.is_spring, by_term.first_year, by_term.times,
    CASE WHEN uncrated.unit_id IS NULL THEN by_term.same_times ELSE by_term.times END AS same_times, by_term.quantity,
    uncrated.unit_id IS NOT NULL AS in_turn
  FROM by_term
  LEFT JOIN uncrated ON uncrated.unit_id = by_term.unit_id AND uncrated.item = by_term.item
    AND uncrated.measure = by_term.measure AND uncrated.is_spring = by_term.is_spring
    AND uncrated.first_year = by_term.first_year
  WHERE by_term.times >= $least_times AND (by_term.same_times >= by_term.times * $same_share OR uncrated.unit_id IS NOT NULL)
),
-- One measure is shown where an item was weighed in two.
told AS (
  SELECT unit_id, item, sum(times) AS times, sum(same_times) AS same_times, max(quantity) AS quantity, max(measure) AS measure
  FROM rote
  GROUP BY unit_id, item
)
SELECT weighed.unit_id, max(weighed.school) AS school, weighed.item, weighed.currency, min(weighed.moved_on) AS first_on,
  max(weighed.moved_on) AS last_on, told.times, told.same_times, CAST(told.quantity AS DECIMAL(18, 2)) AS quantity, told.measure,
  CAST(sum(weighed.amount) AS DECIMAL(18, 2)) AS total, list_sort(list(weighed.row_id)) AS goods_received_rows
FROM rote
JOIN weighed ON weighed.unit_id = rote.unit_id AND weighed.item = rote.item AND weighed.measure = rote.measure
  AND weighed.is_spring = rote.is_spring AND weighed.first_year = rote.first_year
  AND (rote.in_turn OR weighed.quantity = rote.quantity)
JOIN told ON told.unit_id = rote.unit_id AND told.item = rote.item
GROUP BY weighed.unit_id, weighed.item, weighed.currency, told.times, told.same_times, told.quantity, told.measure
