/*
id: unit_price_over_market_median
title: {zh: 食材单价高于市场中位数, en: Food was bought above the market's median price}
status: stable
role: lead
level: medium
basis: [meals]
why:
  zh: 同一食材的进价长期高于同月市场监测价（没有监测价的，与各校进价）的中位数，多付部分没有变成学生的饭菜。
  en: Where an item costs a school clearly more, time and again, than the month's median at the market (or, without one, among the schools), the surplus is no food for pupils.
not_when:
  zh: 等级、品牌、净菜加工或配送距离不同；合同约定按指导价加固定费率；单位（斤、公斤）登记有误。
  en: Another grade or brand, cleaned and cut food, distance; a contract by guide price plus a fixed rate; a measure (斤, 公斤) written wrong.
ask:
  zh: 采购合同的定价条款、询价记录、送货单和发票，同期其他学校进价；退款凭证应写明学校、学期和“食材差价”。
  en: The contract's price clause, inquiries, delivery notes and invoices, prices of other schools; a voucher of return names school, term and the difference in price.
reads: [goods_received, unit_parameter]
optional: [market_price, payment, nontax_income]
population: {table: goods_received, where: "price > 0 AND quantity > 0 AND coalesce(direction, 'in') = 'in'"}
max_share: 0.3
scope: all
params: {least_schools: 5, least_times: 5, least_amount: 200, whole_name: 6, same_money_days: 10, ground: "价差|差价|单价|价格|多收"}
lead: {unit: unit_id, subject: [unit_id], amount: at_risk, currency: currency, on: last_on}
reason:
  zh: "{school}向{suppliers}购进{items}{times}次，单价高于同月中位数，最高为其{most_times}倍，多付约{at_risk}。"
  en: "{school} bought {items} from {suppliers} {times} times above the month's median, up to {most_times} times it; about {at_risk} too much."
remedy: |
  -- 斤 and 公斤 are brought together; what is not weighed is compared as it is counted. Another grade is another thing.
  WITH bought AS (
    SELECT row_id, unit_id, coalesce(unit_name, unit_id) AS school, moved_on, currency, quantity, price, amount,
      coalesce(supplier_name, supplier_id, '') AS supplier, coalesce(features, '') AS grade,
      regexp_replace(item, '[（(].*[）)]|[ 　]', '', 'g') AS item,
      CASE WHEN measure IN ('斤', '公斤', '千克', 'kg', 'KG', 'Kg', '市斤') THEN '公斤' ELSE coalesce(measure, '') END AS measure,
      price * CASE WHEN measure IN ('斤', '市斤') THEN 2 ELSE 1 END AS price_compared,
      CAST(date_trunc('month', moved_on) AS DATE) AS month
    FROM goods_received
    WHERE price > 0 AND quantity > 0 AND coalesce(direction, 'in') = 'in'
  ),
  market AS (
    SELECT regexp_replace(item, '[（(].*[）)]|[ 　]', '', 'g') AS item, coalesce(features, '') AS grade,
      CASE WHEN measure IN ('斤', '公斤', '千克', 'kg', 'KG', 'Kg', '市斤') THEN '公斤' ELSE coalesce(measure, '') END AS measure,
      CAST(date_trunc('month', priced_on) AS DATE) AS month,
      CAST(median(CAST(price * CASE WHEN measure IN ('斤', '市斤') THEN 2 ELSE 1 END AS DOUBLE)) AS DECIMAL(18, 6)) AS price
    FROM market_price
    WHERE price > 0
    GROUP BY regexp_replace(item, '[（(].*[）)]|[ 　]', '', 'g'), coalesce(features, ''),
      CASE WHEN measure IN ('斤', '公斤', '千克', 'kg', 'KG', 'Kg', '市斤') THEN '公斤' ELSE coalesce(measure, '') END,
      CAST(date_trunc('month', priced_on) AS DATE)
  ),
  of_school AS (
    SELECT unit_id, item, grade, measure, month, median(CAST(price_compared AS DOUBLE)) AS price
    FROM bought
    GROUP BY unit_id, item, grade, measure, month
  ),
  -- Where no market was watched: the middle of what the schools paid that month, if they are enough.
  peers AS (
    SELECT item, grade, measure, month, CAST(median(CAST(price AS DOUBLE)) AS DECIMAL(18, 6)) AS price
    FROM of_school
    GROUP BY item, grade, measure, month
    HAVING count(*) >= $least_schools
  ),
  compared AS (
    SELECT bought.row_id, bought.unit_id, bought.school, bought.moved_on, bought.currency, bought.quantity, bought.price,
      bought.supplier, bought.item, bought.price_compared, coalesce(market.price, peers.price) AS usual,
      CAST(rule.value AS DECIMAL(18, 6)) AS over_share
    FROM bought
    JOIN unit_parameter AS rule ON rule.unit_id = bought.unit_id AND rule.name = 'meal_price_over_share'
      AND bought.moved_on >= rule.valid_from AND bought.moved_on < coalesce(rule.valid_to, DATE '9999-12-31')
    LEFT JOIN market ON market.item = bought.item AND market.grade = bought.grade AND market.measure = bought.measure
      AND market.month = bought.month
    LEFT JOIN peers ON peers.item = bought.item AND peers.grade = bought.grade AND peers.measure = bought.measure
      AND peers.month = bought.month
  ),
  dear AS (
    SELECT row_id, unit_id, school, moved_on, currency, supplier, item, price_compared / nullif(usual, 0) AS times,
      CAST(quantity * price * (1 - usual / nullif(price_compared, 0)) AS DECIMAL(18, 2)) AS amount
    FROM compared
    WHERE price_compared > usual * (1 + over_share)
  ),
  -- A dear day or two is the market; many of them are a price.
  standing AS (
    SELECT unit_id, supplier, item
    FROM dear
    GROUP BY unit_id, supplier, item
    HAVING count(*) >= $least_times AND sum(amount) >= $least_amount
  ),
  at_risk AS (
    SELECT dear.unit_id, dear.school, dear.moved_on AS day, dear.amount, dear.currency
    FROM dear
    JOIN standing ON standing.unit_id = dear.unit_id AND standing.supplier = dear.supplier AND standing.item = dear.item
  ),
  -- Money that came back: it names the school, the term and what it is for. One voucher answers one ground;
  -- a slip and a red-letter payment of the same sum within days are the same money.
  returns AS (
    SELECT unit_id, coalesce(unit_name, '') AS school, paid_on AS returned_on, -amount AS amount, currency,
      coalesce(purpose, '') AS words, row_id AS payment_row, NULL AS income_row
    FROM payment
    WHERE amount < 0 AND coalesce(status, 'paid') IN ('paid', 'returned')
    UNION ALL
    SELECT slip.unit_id, coalesce(slip.payer_name, '') AS school, coalesce(slip.paid_on, slip.billed_on) AS returned_on,
      slip.amount, slip.currency, concat(coalesce(slip.item, ''), coalesce(slip.note, '')) AS words, NULL AS payment_row,
      slip.row_id AS income_row
    FROM nontax_income AS slip
    ANTI JOIN payment AS red ON red.amount = -slip.amount AND (red.unit_id = slip.unit_id OR red.unit_name = slip.payer_name)
      AND abs(date_diff('day', red.paid_on, coalesce(slip.paid_on, slip.billed_on))) <= $same_money_days
    WHERE slip.amount > 0 AND coalesce(slip.status, 'paid') = 'paid'
  ),
  terms AS (
    SELECT unit_id, max(school) AS school, currency, is_spring, first_year, min(day) AS first_on, sum(amount) AS owed,
      CASE WHEN is_spring
        THEN concat(first_year + 1, '年?(春|上半年)|', first_year, '[-—－至]+', first_year + 1, '学年.{0,4}(第二|下|春)')
        ELSE concat(first_year, '年?(秋|下半年)|', first_year, '[-—－至]+', first_year + 1, '学年.{0,4}(第一|上|秋)') END AS pattern
    FROM (
      SELECT unit_id, school, day, amount, currency, month(day) BETWEEN 2 AND 7 AS is_spring,
        year(day) - CASE WHEN month(day) <= 7 THEN 1 ELSE 0 END AS first_year
      FROM at_risk
    ) AS dated
    GROUP BY unit_id, currency, is_spring, first_year
  ),
  answers AS (
    SELECT terms.unit_id, terms.is_spring, terms.first_year, terms.currency, terms.owed, returns.amount,
      returns.payment_row, returns.income_row
    FROM terms
    LEFT JOIN returns ON (returns.unit_id = terms.unit_id OR returns.school = terms.school
        OR length(terms.school) >= $whole_name AND contains(returns.words, terms.school))
      AND returns.currency IS NOT DISTINCT FROM terms.currency AND returns.returned_on >= terms.first_on
      AND regexp_matches(returns.words, '退|追|缴回|归还|返还') AND regexp_matches(returns.words, $ground)
      AND regexp_matches(returns.words, terms.pattern)
  ),
  -- Every term is answered in full, or nothing is.
  still_owing AS (
    SELECT unit_id
    FROM answers
    GROUP BY unit_id, is_spring, first_year, currency
    HAVING coalesce(sum(amount), 0) < max(owed)
  )
  SELECT answers.unit_id,
    list_sort(list(DISTINCT answers.payment_row) FILTER (WHERE answers.payment_row IS NOT NULL)) AS payment_rows,
    list_sort(list(DISTINCT answers.income_row) FILTER (WHERE answers.income_row IS NOT NULL)) AS nontax_income_rows
  FROM answers
  ANTI JOIN still_owing ON still_owing.unit_id = answers.unit_id
  GROUP BY answers.unit_id
examples:
  - says: cabbage at twice the price, pork by the 斤 that looks cheap; within the margin, one dear day, another grade and use are left alone
    given:
      unit_parameter:
        - {unit_id: A, name: meal_price_over_share, valid_from: 2000-01-01, value: "0.15"}
        - {unit_id: B, name: meal_price_over_share, valid_from: 2000-01-01, value: "0.15"}
        - {unit_id: C, name: meal_price_over_share, valid_from: 2000-01-01, value: "0.15"}
        - {unit_id: D, name: meal_price_over_share, valid_from: 2000-01-01, value: "0.15"}
        - {unit_id: E, name: meal_price_over_share, valid_from: 2000-01-01, value: "0.15"}
        - {unit_id: F, name: meal_price_over_share, valid_from: 2000-01-01, value: "0.15"}
      market_price:
        - {priced_on: 2025-03-05, market: 农贸市场, item: 白菜, measure: 公斤, price: 3.00}
        - {priced_on: 2025-03-12, market: 农贸市场, item: 猪肉, measure: 公斤, price: 28.00}
      goods_received:
        - {unit_id: A, unit_name: A小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-03, supplier_name: 绿野配送}
        - {unit_id: A, unit_name: A小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-05, supplier_name: 绿野配送}
        - {unit_id: A, unit_name: A小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-07, supplier_name: 绿野配送}
        - {unit_id: A, unit_name: A小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-10, supplier_name: 绿野配送}
        - {unit_id: A, unit_name: A小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-12, supplier_name: 绿野配送}
        - {unit_id: B, unit_name: B小学, item: 猪肉, measure: 斤, quantity: 100, price: 20.00, direction: in, moved_on: 2025-03-03, supplier_name: 绿野配送}
        - {unit_id: B, unit_name: B小学, item: 猪肉, measure: 斤, quantity: 100, price: 20.00, direction: in, moved_on: 2025-03-05, supplier_name: 绿野配送}
        - {unit_id: B, unit_name: B小学, item: 猪肉, measure: 斤, quantity: 100, price: 20.00, direction: in, moved_on: 2025-03-07, supplier_name: 绿野配送}
        - {unit_id: B, unit_name: B小学, item: 猪肉, measure: 斤, quantity: 100, price: 20.00, direction: in, moved_on: 2025-03-10, supplier_name: 绿野配送}
        - {unit_id: B, unit_name: B小学, item: 猪肉, measure: 斤, quantity: 100, price: 20.00, direction: in, moved_on: 2025-03-12, supplier_name: 绿野配送}
        - {unit_id: C, unit_name: C小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.30, direction: in, moved_on: 2025-03-03, supplier_name: 绿野配送}
        - {unit_id: C, unit_name: C小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.30, direction: in, moved_on: 2025-03-05, supplier_name: 绿野配送}
        - {unit_id: C, unit_name: C小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.30, direction: in, moved_on: 2025-03-07, supplier_name: 绿野配送}
        - {unit_id: C, unit_name: C小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.30, direction: in, moved_on: 2025-03-10, supplier_name: 绿野配送}
        - {unit_id: C, unit_name: C小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.30, direction: in, moved_on: 2025-03-12, supplier_name: 绿野配送}
        - {unit_id: D, unit_name: D小学, item: 白菜, measure: 公斤, quantity: 100, price: 9.00, direction: in, moved_on: 2025-03-03, supplier_name: 绿野配送}
        - {unit_id: E, unit_name: E小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-03, supplier_name: 绿野配送, features: 有机}
        - {unit_id: E, unit_name: E小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-05, supplier_name: 绿野配送, features: 有机}
        - {unit_id: E, unit_name: E小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-07, supplier_name: 绿野配送, features: 有机}
        - {unit_id: E, unit_name: E小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-10, supplier_name: 绿野配送, features: 有机}
        - {unit_id: E, unit_name: E小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-12, supplier_name: 绿野配送, features: 有机}
        - {unit_id: F, unit_name: F小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: out, moved_on: 2025-03-03, supplier_name: 绿野配送}
        - {unit_id: F, unit_name: F小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: out, moved_on: 2025-03-05, supplier_name: 绿野配送}
        - {unit_id: F, unit_name: F小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: out, moved_on: 2025-03-07, supplier_name: 绿野配送}
        - {unit_id: F, unit_name: F小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: out, moved_on: 2025-03-10, supplier_name: 绿野配送}
        - {unit_id: F, unit_name: F小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: out, moved_on: 2025-03-12, supplier_name: 绿野配送}
      payment:
        - {unit_id: A, amount: -1500.00, paid_on: 2025-07-20, purpose: 供应商退2025年春季学期食材差价}
        - {unit_id: B, amount: -100.00, paid_on: 2025-07-20, purpose: 供应商退2025年春季学期食材差价}
    expect:
      - {unit_id: A, items: 白菜, times: 5, most_times: 2.00, at_risk: 1500.00, goods_received_rows: [1, 2, 3, 4, 5]}
      - {unit_id: B, items: 猪肉, most_times: 1.43, at_risk: 3000.00}
    remedied:
      - {unit_id: A, payment_rows: [1]}
  - says: without a market, against five schools; four are too few
    given:
      unit_parameter:
        - {unit_id: A, name: meal_price_over_share, valid_from: 2000-01-01, value: "0.15"}
        - {unit_id: B, name: meal_price_over_share, valid_from: 2000-01-01, value: "0.15"}
        - {unit_id: C, name: meal_price_over_share, valid_from: 2000-01-01, value: "0.15"}
        - {unit_id: D, name: meal_price_over_share, valid_from: 2000-01-01, value: "0.15"}
        - {unit_id: E, name: meal_price_over_share, valid_from: 2000-01-01, value: "0.15"}
        - {unit_id: F, name: meal_price_over_share, valid_from: 2000-01-01, value: "0.15"}
      goods_received:
        - {unit_id: A, unit_name: A小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-03, supplier_name: 绿野配送}
        - {unit_id: A, unit_name: A小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-05, supplier_name: 绿野配送}
        - {unit_id: A, unit_name: A小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-07, supplier_name: 绿野配送}
        - {unit_id: A, unit_name: A小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-10, supplier_name: 绿野配送}
        - {unit_id: A, unit_name: A小学, item: 白菜, measure: 公斤, quantity: 100, price: 6.00, direction: in, moved_on: 2025-03-12, supplier_name: 绿野配送}
        - {unit_id: B, unit_name: B小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-03, supplier_name: 绿野配送}
        - {unit_id: B, unit_name: B小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-05, supplier_name: 绿野配送}
        - {unit_id: B, unit_name: B小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-07, supplier_name: 绿野配送}
        - {unit_id: B, unit_name: B小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-10, supplier_name: 绿野配送}
        - {unit_id: B, unit_name: B小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-12, supplier_name: 绿野配送}
        - {unit_id: C, unit_name: C小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-03, supplier_name: 绿野配送}
        - {unit_id: C, unit_name: C小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-05, supplier_name: 绿野配送}
        - {unit_id: C, unit_name: C小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-07, supplier_name: 绿野配送}
        - {unit_id: C, unit_name: C小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-10, supplier_name: 绿野配送}
        - {unit_id: C, unit_name: C小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-12, supplier_name: 绿野配送}
        - {unit_id: D, unit_name: D小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-03, supplier_name: 绿野配送}
        - {unit_id: D, unit_name: D小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-05, supplier_name: 绿野配送}
        - {unit_id: D, unit_name: D小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-07, supplier_name: 绿野配送}
        - {unit_id: D, unit_name: D小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-10, supplier_name: 绿野配送}
        - {unit_id: D, unit_name: D小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-12, supplier_name: 绿野配送}
        - {unit_id: E, unit_name: E小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-03, supplier_name: 绿野配送}
        - {unit_id: E, unit_name: E小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-05, supplier_name: 绿野配送}
        - {unit_id: E, unit_name: E小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-07, supplier_name: 绿野配送}
        - {unit_id: E, unit_name: E小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-10, supplier_name: 绿野配送}
        - {unit_id: E, unit_name: E小学, item: 白菜, measure: 公斤, quantity: 100, price: 3.00, direction: in, moved_on: 2025-03-12, supplier_name: 绿野配送}
        - {unit_id: F, unit_name: F小学, item: 牛肉, measure: 公斤, quantity: 100, price: 30.00, direction: in, moved_on: 2025-03-03, supplier_name: 绿野配送}
        - {unit_id: F, unit_name: F小学, item: 牛肉, measure: 公斤, quantity: 100, price: 30.00, direction: in, moved_on: 2025-03-05, supplier_name: 绿野配送}
        - {unit_id: F, unit_name: F小学, item: 牛肉, measure: 公斤, quantity: 100, price: 30.00, direction: in, moved_on: 2025-03-07, supplier_name: 绿野配送}
        - {unit_id: F, unit_name: F小学, item: 牛肉, measure: 公斤, quantity: 100, price: 30.00, direction: in, moved_on: 2025-03-10, supplier_name: 绿野配送}
        - {unit_id: F, unit_name: F小学, item: 牛肉, measure: 公斤, quantity: 100, price: 30.00, direction: in, moved_on: 2025-03-12, supplier_name: 绿野配送}
    expect:
      - {unit_id: A, at_risk: 1500.00}
*/
-- 斤 and 公斤 are brought together; what is not weighed is compared as it is counted. Another grade is another thing.
WITH bought AS (
  SELECT row_id, unit_id, coalesce(unit_name, unit_id) AS school, moved_on, currency, quantity, price, amount,
    coalesce(supplier_name, supplier_id, '') AS supplier, coalesce(features, '') AS grade,
    regexp_replace(item, '[（(].*[）)]|[ 　]', '', 'g') AS item,
    CASE WHEN measure IN ('斤', '公斤', '千克', 'kg', 'KG', 'Kg', '市斤') THEN '公斤' ELSE coalesce(measure, '') END AS measure,
    price * CASE WHEN measure IN ('斤', '市斤') THEN 2 ELSE 1 END AS price_compared,
    CAST(date_trunc('month', moved_on) AS DATE) AS month
  FROM goods_received
  WHERE price > 0 AND quantity > 0 AND coalesce(direction, 'in') = 'in'
),
market AS (
  SELECT regexp_replace(item, '[（(].*[）)]|[ 　]', '', 'g') AS item, coalesce(features, '') AS grade,
    CASE WHEN measure IN ('斤', '公斤', '千克', 'kg', 'KG', 'Kg', '市斤') THEN '公斤' ELSE coalesce(measure, '') END AS measure,
    CAST(date_trunc('month', priced_on) AS DATE) AS month,
    CAST(median(CAST(price * CASE WHEN measure IN ('斤', '市斤') THEN 2 ELSE 1 END AS DOUBLE)) AS DECIMAL(18, 6)) AS price
  FROM market_price
  WHERE price > 0
  GROUP BY regexp_replace(item, '[（(].*[）)]|[ 　]', '', 'g'), coalesce(features, ''),
    CASE WHEN measure IN ('斤', '公斤', '千克', 'kg', 'KG', 'Kg', '市斤') THEN '公斤' ELSE coalesce(measure, '') END,
    CAST(date_trunc('month', priced_on) AS DATE)
),
of_school AS (
  SELECT unit_id, item, grade, measure, month, median(CAST(price_compared AS DOUBLE)) AS price
  FROM bought
  GROUP BY unit_id, item, grade, measure, month
),
-- Where no market was watched: the middle of what the schools paid that month, if they are enough.
peers AS (
  SELECT item, grade, measure, month, CAST(median(CAST(price AS DOUBLE)) AS DECIMAL(18, 6)) AS price
  FROM of_school
  GROUP BY item, grade, measure, month
  HAVING count(*) >= $least_schools
),
compared AS (
  SELECT bought.row_id, bought.unit_id, bought.school, bought.moved_on, bought.currency, bought.quantity, bought.price,
    bought.supplier, bought.item, bought.price_compared, coalesce(market.price, peers.price) AS usual,
    CAST(rule.value AS DECIMAL(18, 6)) AS over_share
  FROM bought
  JOIN unit_parameter AS rule ON rule.unit_id = bought.unit_id AND rule.name = 'meal_price_over_share'
    AND bought.moved_on >= rule.valid_from AND bought.moved_on < coalesce(rule.valid_to, DATE '9999-12-31')
  LEFT JOIN market ON market.item = bought.item AND market.grade = bought.grade AND market.measure = bought.measure
    AND market.month = bought.month
  LEFT JOIN peers ON peers.item = bought.item AND peers.grade = bought.grade AND peers.measure = bought.measure
    AND peers.month = bought.month
),
dear AS (
  SELECT row_id, unit_id, school, moved_on, currency, supplier, item, price_compared / nullif(usual, 0) AS times,
    CAST(quantity * price * (1 - usual / nullif(price_compared, 0)) AS DECIMAL(18, 2)) AS amount
  FROM compared
  WHERE price_compared > usual * (1 + over_share)
),
-- A dear day or two is the market; many of them are a price.
standing AS (
  SELECT unit_id, supplier, item
  FROM dear
  GROUP BY unit_id, supplier, item
  HAVING count(*) >= $least_times AND sum(amount) >= $least_amount
)
SELECT dear.unit_id, max(dear.school) AS school, dear.currency, max(dear.moved_on) AS last_on, count(*) AS times,
  array_to_string(list_sort(list(DISTINCT dear.supplier) FILTER (WHERE dear.supplier IS NOT NULL)), '、') AS suppliers,
  array_to_string(list_sort(list(DISTINCT dear.item) FILTER (WHERE dear.item IS NOT NULL)), '、') AS items,
  CAST(max(dear.times) AS DECIMAL(18, 2)) AS most_times, CAST(sum(dear.amount) AS DECIMAL(18, 2)) AS at_risk,
  list_sort(list(dear.row_id)) AS goods_received_rows
FROM dear
JOIN standing ON standing.unit_id = dear.unit_id AND standing.supplier = dear.supplier AND standing.item = dear.item
GROUP BY dear.unit_id, dear.currency
