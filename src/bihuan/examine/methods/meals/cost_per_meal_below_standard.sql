/*
id: cost_per_meal_below_standard
title: {zh: 每餐食材支出低于补助标准, en: Less food was bought than the subsidy is for}
status: stable
role: lead
level: high
basis: [meals]
why:
  zh: 膳食补助应等值全部用于学生食用的食材。全学期人均每天的食材支出明显低于标准，差额可能被截留、结余未用或用于其他支出。
  en: All of the subsidy goes into food of equal value. Where a whole term's food for a head and day costs clearly less, the difference may be kept, left over or spent on something else.
not_when:
  zh: 部分食材由学校自种自养、捐赠或期初库存供应；食材票据跨期入账；供餐人数含由其他经费负担的学生。
  en: Food from the school's garden, gifts or old stock; slips booked in another term; heads paid for from other money.
ask:
  zh: 食堂食材账、出入库和盘点记录、带量食谱、结余资金去向；补足或退回的凭证应写明学校、学期和“食材标准”。
  en: Kitchen accounts, stock lists, recipes with quantities, what became of the balance; a voucher of return names school, term and the food standard.
reads: [meal_day, unit_parameter]
optional: [goods_received, payment, nontax_income]
population: {table: meal_day, where: "heads > 0"}
max_share: 0.3
scope: all
params: {county: "^([^省市县区旗]{1,6}(省|自治区|自治州|市|县|区|旗))+", least_name: 4, short_share: 0.05, least_days: 20, stock_days: 10, slips_share: 0.25, edge_days: 15, whole_name: 6, same_money_days: 10, ground: "标准|餐标|食材|膳食结余"}
lead: {unit: unit_id, subject: [unit_id], amount: at_risk, currency: currency, on: last_on}
reason:
  zh: "{school}在{first_on}至{last_on}供餐{heads}人次，按标准应支出食材{due}，账面支出{told}、验收入库{bought}，少{at_risk}，人均每天{per_head}元。"
  en: "{school} fed {heads} heads between {first_on} and {last_on}: food for {due} is due by the standard, {told} was reported and {bought} received, {at_risk} less, {per_head} yuan for a head and day."
remedy: |
  WITH meals AS (
    SELECT unit_id, served_on, coalesce(meal, '') AS meal, sum(heads) AS heads
    FROM meal_day
    WHERE heads > 0
    GROUP BY unit_id, served_on, coalesce(meal, '')
  ),
  -- Who eats twice a day is one pupil.
  days AS (
    SELECT unit_id, served_on, max(heads) AS heads
    FROM meals
    GROUP BY unit_id, served_on
  ),
  due AS (
    SELECT days.unit_id, days.served_on, days.heads, CAST(rule.value AS DECIMAL(18, 2)) AS standard,
      month(days.served_on) BETWEEN 2 AND 7 AS is_spring,
      year(days.served_on) - CASE WHEN month(days.served_on) <= 7 THEN 1 ELSE 0 END AS first_year
    FROM days
    JOIN unit_parameter AS rule ON rule.unit_id = days.unit_id AND rule.name = 'meal_standard'
      AND days.served_on >= rule.valid_from AND days.served_on < coalesce(rule.valid_to, DATE '9999-12-31')
  ),
  by_term AS (
    SELECT unit_id, is_spring, first_year, min(served_on) AS first_on, max(served_on) AS last_on, count(*) AS days,
      sum(heads) AS heads, sum(heads * standard) AS due
    FROM due
    GROUP BY unit_id, is_spring, first_year
  ),
  reported AS (
    SELECT term.unit_id, term.is_spring, term.first_year, max(coalesce(fed.unit_name, fed.unit_id)) AS school,
      max(fed.currency) AS currency, CASE WHEN count(fed.cost) = count(*) THEN sum(fed.cost) END AS cost,
      list_sort(list(fed.row_id)) AS meal_day_rows
    FROM by_term AS term
    JOIN meal_day AS fed ON fed.unit_id = term.unit_id AND fed.served_on BETWEEN term.first_on AND term.last_on
    WHERE fed.heads > 0
    GROUP BY term.unit_id, term.is_spring, term.first_year
  ),
  schools AS (
    SELECT unit_id, max(CASE WHEN length(regexp_replace(unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(unit_name, $county, '', 'g') ELSE unit_name END) AS unit_name
    FROM meal_day
    GROUP BY unit_id
  ),
  kitchens AS (
    SELECT unit_id, max(CASE WHEN length(regexp_replace(unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(unit_name, $county, '', 'g') ELSE unit_name END) AS unit_name
    FROM goods_received
    GROUP BY unit_id
  ),
  -- A school may be known by its code in one book and only by its name, with or without the county, in the other.
  own_kitchens AS (
    SELECT schools.unit_id, kitchens.unit_id AS kitchen
    FROM schools
    JOIN kitchens ON kitchens.unit_id = schools.unit_id OR kitchens.unit_name = schools.unit_name
  ),
  -- What came into the kitchen, where the slips go through the term: twice a week is enough.
  bought AS (
    SELECT term.unit_id, term.is_spring, term.first_year, sum(goods.amount) AS cost
    FROM by_term AS term
    JOIN own_kitchens ON own_kitchens.unit_id = term.unit_id
    JOIN goods_received AS goods ON goods.unit_id = own_kitchens.kitchen
      AND goods.moved_on >= term.first_on - INTERVAL 1 DAY * $stock_days AND goods.moved_on <= term.last_on
    WHERE coalesce(goods.direction, 'in') = 'in'
    GROUP BY term.unit_id, term.is_spring, term.first_year, term.days, term.first_on, term.last_on
    HAVING count(goods.amount) = count(*) AND count(DISTINCT goods.moved_on) >= term.days * $slips_share
      AND date_diff('day', term.first_on, min(goods.moved_on)) <= $edge_days
      AND date_diff('day', max(goods.moved_on), term.last_on) <= $edge_days
  ),
  spent AS (
    SELECT term.unit_id, reported.school, reported.currency, term.is_spring, term.first_year, term.first_on, term.last_on,
      term.heads, term.due, reported.cost AS told, bought.cost AS bought, least(reported.cost, bought.cost) AS cost,
      reported.meal_day_rows
    FROM by_term AS term
    JOIN reported ON reported.unit_id = term.unit_id AND reported.is_spring = term.is_spring
      AND reported.first_year = term.first_year
    LEFT JOIN bought ON bought.unit_id = term.unit_id AND bought.is_spring = term.is_spring
      AND bought.first_year = term.first_year
    WHERE term.days >= $least_days
  ),
  short AS (
    SELECT unit_id, school, currency, first_on, last_on, heads, due, told, bought, cost,
      CAST(due - cost AS DECIMAL(18, 2)) AS amount, meal_day_rows
    FROM spent
    WHERE cost < due * (1 - $short_share)
  ),
  at_risk AS (
    SELECT unit_id, school, first_on AS day, amount, currency
    FROM short
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
  - says: 37 for each 50 that is due; full cost told but food for 38 bought; a lean week before a rich one and two meals a day are left alone
    given:
      meal_day:
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-03, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-04, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-05, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-06, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-07, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-10, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-11, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-12, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-13, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-14, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-17, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-18, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-19, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-20, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-21, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-24, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-25, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-26, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-27, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S1, unit_name: S1小学, served_on: 2025-03-28, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 37.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-03, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-04, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-05, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-06, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-07, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-10, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-11, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-12, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-13, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-14, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-17, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-18, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-19, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-20, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-21, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-24, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-25, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-26, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-27, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S2, unit_name: S2小学, served_on: 2025-03-28, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 50.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-03, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 40.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-04, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 40.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-05, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 40.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-06, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 40.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-07, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 40.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-10, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 40.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-11, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 40.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-12, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 40.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-13, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 40.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-14, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 40.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-17, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 61.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-18, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 61.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-19, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 61.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-20, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 61.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-21, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 61.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-24, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 61.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-25, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 61.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-26, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 61.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-27, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 61.00}
        - {unit_id: S3, unit_name: S3小学, served_on: 2025-03-28, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 61.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-03, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-03, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-04, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-04, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-05, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-05, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-06, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-06, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-07, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-07, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-10, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-10, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-11, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-11, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-12, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-12, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-13, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-13, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-14, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-14, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-17, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-17, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-18, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-18, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-19, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-19, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-20, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-20, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-21, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-21, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-24, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-24, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-25, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-25, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-26, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-26, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-27, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-27, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-28, meal: 早餐, heads: 10, price: 5.00, amount: 50.00, cost: 20.00}
        - {unit_id: S4, unit_name: S4小学, served_on: 2025-03-28, meal: 午餐, heads: 10, price: 5.00, amount: 50.00, cost: 30.00}
      goods_received:
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-03, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-04, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-05, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-06, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-07, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-10, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-11, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-12, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-13, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-14, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-17, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-18, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-19, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-20, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-21, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-24, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-25, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-26, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-27, amount: 38.00}
        - {unit_id: S2, item: 食材, direction: in, moved_on: 2025-03-28, amount: 38.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-03, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-04, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-05, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-06, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-07, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-10, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-11, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-12, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-13, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-14, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-17, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-18, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-19, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-20, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-21, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-24, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-25, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-26, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-27, amount: 50.00}
        - {unit_id: S4, item: 食材, direction: in, moved_on: 2025-03-28, amount: 50.00}
      unit_parameter:
        - {unit_id: S1, name: meal_standard, valid_from: 2021-09-01, value: "5"}
        - {unit_id: S2, name: meal_standard, valid_from: 2021-09-01, value: "5"}
        - {unit_id: S3, name: meal_standard, valid_from: 2021-09-01, value: "5"}
        - {unit_id: S4, name: meal_standard, valid_from: 2021-09-01, value: "5"}
      payment:
        - {unit_id: S1, amount: -260.00, paid_on: 2025-08-20, purpose: 退回2025年春季学期营养餐资金（食材支出低于标准部分）}
        - {unit_id: S2, amount: -239.99, paid_on: 2025-08-20, purpose: 退回2025年春季学期营养餐资金（食材支出低于标准部分）}
    expect:
      - {unit_id: S1, heads: 200, due: 1000.00, at_risk: 260.00, per_head: 3.70}
      - {unit_id: S2, told: "1000.00", bought: "760.00", at_risk: 240.00}
    remedied:
      - {unit_id: S1, payment_rows: [1]}
  - says: deliveries twice a week that are worth 3 yuan a head, of a kitchen known by its code and a school known by its name
    given:
      meal_day:
        - &cheap {unit_id: 双溪小学, unit_name: 双溪小学, served_on: 2025-03-01, heads: 100, price: 5.00}
        - {<<: *cheap, served_on: 2025-03-02}
        - {<<: *cheap, served_on: 2025-03-03}
        - {<<: *cheap, served_on: 2025-03-04}
        - {<<: *cheap, served_on: 2025-03-05}
        - {<<: *cheap, served_on: 2025-03-06}
        - {<<: *cheap, served_on: 2025-03-07}
        - {<<: *cheap, served_on: 2025-03-08}
        - {<<: *cheap, served_on: 2025-03-09}
        - {<<: *cheap, served_on: 2025-03-10}
        - {<<: *cheap, served_on: 2025-03-11}
        - {<<: *cheap, served_on: 2025-03-12}
        - {<<: *cheap, served_on: 2025-03-13}
        - {<<: *cheap, served_on: 2025-03-14}
        - {<<: *cheap, served_on: 2025-03-15}
        - {<<: *cheap, served_on: 2025-03-16}
        - {<<: *cheap, served_on: 2025-03-17}
        - {<<: *cheap, served_on: 2025-03-18}
        - {<<: *cheap, served_on: 2025-03-19}
        - {<<: *cheap, served_on: 2025-03-20}
        - {<<: *cheap, served_on: 2025-03-21}
        - {<<: *cheap, served_on: 2025-03-22}
        - {<<: *cheap, served_on: 2025-03-23}
        - {<<: *cheap, served_on: 2025-03-24}
        - {<<: *cheap, served_on: 2025-03-25}
        - {<<: *cheap, served_on: 2025-03-26}
        - {<<: *cheap, served_on: 2025-03-27}
        - {<<: *cheap, served_on: 2025-03-28}
        - {<<: *cheap, served_on: 2025-04-01}
        - {<<: *cheap, served_on: 2025-04-02}
        - {<<: *cheap, served_on: 2025-04-03}
        - {<<: *cheap, served_on: 2025-04-04}
        - {<<: *cheap, served_on: 2025-04-05}
        - {<<: *cheap, served_on: 2025-04-06}
        - {<<: *cheap, served_on: 2025-04-07}
        - {<<: *cheap, served_on: 2025-04-08}
        - {<<: *cheap, served_on: 2025-04-09}
        - {<<: *cheap, served_on: 2025-04-10}
        - {<<: *cheap, served_on: 2025-04-11}
        - {<<: *cheap, served_on: 2025-04-12}
        - {<<: *cheap, served_on: 2025-04-13}
        - {<<: *cheap, served_on: 2025-04-14}
        - {<<: *cheap, served_on: 2025-04-15}
        - {<<: *cheap, served_on: 2025-04-16}
        - {<<: *cheap, served_on: 2025-04-17}
        - {<<: *cheap, served_on: 2025-04-18}
        - {<<: *cheap, served_on: 2025-04-19}
        - {<<: *cheap, served_on: 2025-04-20}
        - {<<: *cheap, served_on: 2025-04-21}
        - {<<: *cheap, served_on: 2025-04-22}
        - {<<: *cheap, served_on: 2025-04-23}
        - {<<: *cheap, served_on: 2025-04-24}
        - {<<: *cheap, served_on: 2025-04-25}
        - {<<: *cheap, served_on: 2025-04-26}
        - {<<: *cheap, served_on: 2025-04-27}
        - {<<: *cheap, served_on: 2025-04-28}
      goods_received:
        - &slip {unit_id: "2151", unit_name: 某县双溪小学, item: 大米, amount: 900.00, direction: in, moved_on: 2025-03-01}
        - {<<: *slip, moved_on: 2025-03-04}
        - {<<: *slip, moved_on: 2025-03-07}
        - {<<: *slip, moved_on: 2025-03-10}
        - {<<: *slip, moved_on: 2025-03-13}
        - {<<: *slip, moved_on: 2025-03-16}
        - {<<: *slip, moved_on: 2025-03-19}
        - {<<: *slip, moved_on: 2025-03-22}
        - {<<: *slip, moved_on: 2025-03-25}
        - {<<: *slip, moved_on: 2025-03-28}
        - {<<: *slip, moved_on: 2025-04-01}
        - {<<: *slip, moved_on: 2025-04-04}
        - {<<: *slip, moved_on: 2025-04-07}
        - {<<: *slip, moved_on: 2025-04-10}
        - {<<: *slip, moved_on: 2025-04-13}
        - {<<: *slip, moved_on: 2025-04-16}
        - {<<: *slip, moved_on: 2025-04-19}
        - {<<: *slip, moved_on: 2025-04-22}
        - {<<: *slip, moved_on: 2025-04-25}
        - {<<: *slip, moved_on: 2025-04-28}
    expect:
      - {unit_id: 双溪小学, heads: 5600}
*/
WITH meals AS (
  SELECT unit_id, served_on, coalesce(meal, '') AS meal, sum(heads) AS heads
  FROM meal_day
  WHERE heads > 0
  GROUP BY unit_id, served_on, coalesce(meal, '')
),
-- Who eats twice a day is one pupil.
days AS (
  SELECT unit_id, served_on, max(heads) AS heads
  FROM meals
  GROUP BY unit_id, served_on
),
due AS (
  SELECT days.unit_id, days.served_on, days.heads, CAST(rule.value AS DECIMAL(18, 2)) AS standard,
    month(days.served_on) BETWEEN 2 AND 7 AS is_spring,
    year(days.served_on) - CASE WHEN month(days.served_on) <= 7 THEN 1 ELSE 0 END AS first_year
  FROM days
  JOIN unit_parameter AS rule ON rule.unit_id = days.unit_id AND rule.name = 'meal_standard'
    AND days.served_on >= rule.valid_from AND days.served_on < coalesce(rule.valid_to, DATE '9999-12-31')
),
by_term AS (
  SELECT unit_id, is_spring, first_year, min(served_on) AS first_on, max(served_on) AS last_on, count(*) AS days,
    sum(heads) AS heads, sum(heads * standard) AS due
  FROM due
  GROUP BY unit_id, is_spring, first_year
),
reported AS (
  SELECT term.unit_id, term.is_spring, term.first_year, max(coalesce(fed.unit_name, fed.unit_id)) AS school,
    max(fed.currency) AS currency, CASE WHEN count(fed.cost) = count(*) THEN sum(fed.cost) END AS cost,
    list_sort(list(fed.row_id)) AS meal_day_rows
  FROM by_term AS term
  JOIN meal_day AS fed ON fed.unit_id = term.unit_id AND fed.served_on BETWEEN term.first_on AND term.last_on
  WHERE fed.heads > 0
  GROUP BY term.unit_id, term.is_spring, term.first_year
),
schools AS (
  SELECT unit_id, max(CASE WHEN length(regexp_replace(unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(unit_name, $county, '', 'g') ELSE unit_name END) AS unit_name
  FROM meal_day
  GROUP BY unit_id
),
kitchens AS (
  SELECT unit_id, max(CASE WHEN length(regexp_replace(unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(unit_name, $county, '', 'g') ELSE unit_name END) AS unit_name
  FROM goods_received
  GROUP BY unit_id
),
-- A school may be known by its code in one book and only by its name, with or without the county, in the other.
own_kitchens AS (
  SELECT schools.unit_id, kitchens.unit_id AS kitchen
  FROM schools
  JOIN kitchens ON kitchens.unit_id = schools.unit_id OR kitchens.unit_name = schools.unit_name
),
-- What came into the kitchen, where the slips go through the term: twice a week is enough.
bought AS (
  SELECT term.unit_id, term.is_spring, term.first_year, sum(goods.amount) AS cost
  FROM by_term AS term
  JOIN own_kitchens ON own_kitchens.unit_id = term.unit_id
  JOIN goods_received AS goods ON goods.unit_id = own_kitchens.kitchen
    AND goods.moved_on >= term.first_on - INTERVAL 1 DAY * $stock_days AND goods.moved_on <= term.last_on
  WHERE coalesce(goods.direction, 'in') = 'in'
  GROUP BY term.unit_id, term.is_spring, term.first_year, term.days, term.first_on, term.last_on
  HAVING count(goods.amount) = count(*) AND count(DISTINCT goods.moved_on) >= term.days * $slips_share
    AND date_diff('day', term.first_on, min(goods.moved_on)) <= $edge_days
    AND date_diff('day', max(goods.moved_on), term.last_on) <= $edge_days
),
spent AS (
  SELECT term.unit_id, reported.school, reported.currency, term.is_spring, term.first_year, term.first_on, term.last_on,
    term.heads, term.due, reported.cost AS told, bought.cost AS bought, least(reported.cost, bought.cost) AS cost,
    reported.meal_day_rows
  FROM by_term AS term
  JOIN reported ON reported.unit_id = term.unit_id AND reported.is_spring = term.is_spring
    AND reported.first_year = term.first_year
  LEFT JOIN bought ON bought.unit_id = term.unit_id AND bought.is_spring = term.is_spring
    AND bought.first_year = term.first_year
  WHERE term.days >= $least_days
),
short AS (
  SELECT unit_id, school, currency, first_on, last_on, heads, due, told, bought, cost,
    CAST(due - cost AS DECIMAL(18, 2)) AS amount, meal_day_rows
  FROM spent
  WHERE cost < due * (1 - $short_share)
)
SELECT unit_id, max(school) AS school, currency, min(first_on) AS first_on, max(last_on) AS last_on,
  sum(heads) AS heads, CAST(sum(due) AS DECIMAL(18, 2)) AS due, coalesce(CAST(sum(told) AS VARCHAR), '—') AS told,
  coalesce(CAST(sum(bought) AS VARCHAR), '—') AS bought,
  CAST(sum(cost) / nullif(sum(heads), 0) AS DECIMAL(18, 2)) AS per_head,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS at_risk, list_sort(flatten(list(meal_day_rows))) AS meal_day_rows
FROM short
GROUP BY unit_id, currency
