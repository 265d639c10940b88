/*
id: days_over_school_calendar
title: {zh: 假期、休息日申报供餐或供餐天数超过校历, en: Meals were claimed for days that are no school days}
status: stable
role: lead
level: high
basis: [meals, accounting]
why:
  zh: 补助只对学习日发放。放假以后、周末和法定节假日申报供餐，或供餐天数超过校历的在校天数，可能是虚报天数套取补助。
  en: The subsidy is for school days only. Meals on holidays and weekends, or on more days than the school was open, may be invented to draw money.
not_when:
  zh: 学校经批准补课、调课或提前开学、推迟放假；寄宿制学校周日晚餐；供餐日期填成了结算日期。
  en: Approved make-up lessons, an early start or late end; Sunday suppers of boarding schools; the day of settlement written as the day of the meal.
ask:
  zh: 教育局批准的校历和调课通知、当日课表和点名册、食材出入库记录；退款凭证应写明学校、学期和“假期（供餐天数）”。
  en: The approved calendar and notices of moved lessons, timetable and registers of the day, goods issued; a voucher of return names school, term and the days.
reads: [meal_day, school_calendar, calendar]
optional: [payment, nontax_income]
population: {table: meal_day, where: "heads > 0"}
max_share: 0.3
scope: all
params: {near_days: 20, whole_name: 6, same_money_days: 10, school: "小学|中学|学校|幼儿园|教学点|完小|职高|[0-9]{4}", ground: "天数|日数|假期|放假|节假日|周末|休息日"}
lead: {unit: unit_id, subject: [unit_id], amount: at_risk, currency: currency, on: last_on}
reason:
  zh: "{school}有{days}天不是学习日却申报供餐（学期以外{outside_days}天，休息日{rest_days}天，超出在校天数{extra_days}天），涉及补助{at_risk}，最晚{last_on}。"
  en: "{school} claimed meals on {days} days that are no school days ({outside_days} outside the term, {rest_days} days of rest, {extra_days} beyond the number of school days), {at_risk} of subsidy, last on {last_on}."
remedy: |
  WITH schools AS (
    SELECT unit_id, max(unit_name) AS unit_name
    FROM meal_day
    WHERE heads > 0
    GROUP BY unit_id
  ),
  -- A school may be known by its code in one book and only by its name in the other.
  own_terms AS (
    SELECT schools.unit_id, terms.term, min(terms.from_date) AS first_on, max(terms.to_date) AS last_on,
      max(terms.days) AS days_allowed
    FROM schools
    JOIN school_calendar AS terms ON terms.unit_id = schools.unit_id OR terms.unit_name = schools.unit_name
      OR terms.unit_id = schools.unit_name
    GROUP BY schools.unit_id, terms.term
  ),
  -- A calendar without a school, or of a unit that feeds nobody (the bureau), holds for all that have none of their own.
  shared AS (
    SELECT terms.term, terms.from_date, terms.to_date, terms.days
    FROM school_calendar AS terms
    LEFT JOIN schools ON terms.unit_id = schools.unit_id OR terms.unit_name = schools.unit_name
      OR terms.unit_id = schools.unit_name
    WHERE schools.unit_id IS NULL AND (terms.unit_id IS NULL
      OR NOT regexp_matches(concat_ws(' ', terms.unit_id, terms.unit_name), $school))
  ),
  term_of AS (
    SELECT unit_id, term, first_on, last_on, days_allowed
    FROM own_terms
    UNION ALL
    SELECT schools.unit_id, shared.term, min(shared.from_date) AS first_on, max(shared.to_date) AS last_on,
      max(shared.days) AS days_allowed
    FROM schools
    CROSS JOIN shared
    ANTI JOIN own_terms AS own ON own.unit_id = schools.unit_id
    GROUP BY schools.unit_id, shared.term
  ),
  served AS (
    SELECT unit_id, max(coalesce(unit_name, unit_id)) AS school, served_on, currency,
      sum(coalesce(amount, heads * price, 0)) AS amount, list_sort(list(row_id)) AS meal_day_rows
    FROM meal_day
    WHERE heads > 0
    GROUP BY unit_id, served_on, currency
  ),
  -- Days in a term, days near one but in none; of terms that the calendar does not know, nothing is said.
  placed AS (
    SELECT served.unit_id, served.served_on, max(CASE WHEN served.served_on BETWEEN term_of.first_on AND term_of.last_on
      THEN term_of.term END) AS term
    FROM served
    JOIN term_of ON term_of.unit_id = served.unit_id
      AND served.served_on >= term_of.first_on - INTERVAL 1 DAY * $near_days
      AND served.served_on <= term_of.last_on + INTERVAL 1 DAY * $near_days
    GROUP BY served.unit_id, served.served_on
  ),
  judged AS (
    SELECT placed.unit_id, placed.served_on, placed.term, term_of.days_allowed,
      CASE WHEN placed.term IS NULL THEN 'outside'
        WHEN NOT calendar.is_workday AND NOT calendar.is_provisional THEN 'rest' ELSE 'school' END AS kind
    FROM placed
    LEFT JOIN term_of ON term_of.unit_id = placed.unit_id AND term_of.term = placed.term
    LEFT JOIN calendar ON calendar.day = placed.served_on
  ),
  counted AS (
    SELECT unit_id, served_on, kind, days_allowed,
      sum(CASE WHEN kind = 'school' THEN 1 ELSE 0 END) OVER (PARTITION BY unit_id, term ORDER BY served_on
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far
    FROM judged
  ),
  beyond AS (
    SELECT unit_id, served_on, CASE WHEN kind = 'school' THEN 'extra' ELSE kind END AS kind
    FROM counted
    WHERE kind IN ('outside', 'rest') OR so_far > days_allowed
  ),
  at_risk AS (
    SELECT served.unit_id, served.school, served.served_on AS day, served.amount, served.currency
    FROM beyond
    JOIN served ON served.unit_id = beyond.unit_id AND served.served_on = beyond.served_on
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
  - says: two days of the holidays and a Saturday; a Sunday worked in exchange, a school day, a day far from any known term are left alone
    given:
      school_calendar:
        - {unit_id: S1, term: 2024-2025学年第二学期, from_date: 2025-02-17, to_date: 2025-07-04, days: 96}
        - {unit_id: null, term: 2024-2025学年第二学期, from_date: 2025-02-17, to_date: 2025-07-11}
      meal_day:
        - &day {unit_id: S1, unit_name: 双溪小学, served_on: 2025-07-04, meal: 午餐, heads: 10, amount: 50.00}
        - {<<: *day, served_on: 2025-07-07}
        - {<<: *day, served_on: 2025-07-08}
        - {<<: *day, served_on: 2025-03-15}
        - {<<: *day, served_on: 2025-04-27}
        - {<<: *day, served_on: 2025-09-01}
        - {<<: *day, unit_id: S2, unit_name: 河湾小学, served_on: 2025-07-08}
      payment:
        - {unit_id: S1, amount: -150.00, paid_on: 2025-08-20, purpose: 退回2025年春季学期营养餐补助（假期供餐天数）}
    expect:
      - {unit_id: S1, days: 3, outside_days: 2, rest_days: 1, at_risk: 150.00, meal_day_rows: [2, 3, 4]}
    remedied:
      - {unit_id: S1, payment_rows: [1]}
  - says: three school days where the calendar has two; half of the money back is no answer
    given:
      school_calendar:
        - {unit_id: S1, term: 短学期, from_date: 2025-03-03, to_date: 2025-03-07, days: 2}
      meal_day:
        - &open {unit_id: S1, unit_name: 双溪小学, served_on: 2025-03-03, meal: 午餐, heads: 10, amount: 50.00}
        - {<<: *open, served_on: 2025-03-04}
        - {<<: *open, served_on: 2025-03-05}
      payment:
        - {unit_id: S1, amount: -25.00, paid_on: 2025-08-20, purpose: 退回2025年春季学期营养餐补助（供餐天数）}
    expect:
      - {unit_id: S1, days: 1, extra_days: 1, at_risk: 50.00, meal_day_rows: [3]}
    remedied: []
  - says: the bureau's one calendar, kept under its own name, holds for every school; another school's own calendar does not
    given:
      school_calendar:
        - {unit_id: 校历, term: 春季, from_date: 2025-02-17, to_date: 2025-07-04}
        - {unit_id: S9, unit_name: 东山小学, term: 春季, from_date: 2025-02-17, to_date: 2025-07-11}
      meal_day:
        - {unit_id: 双溪小学, unit_name: 双溪小学, served_on: 2025-07-08, meal: 午餐, heads: 10, amount: 50.00}
        - {unit_id: 东山小学, unit_name: 东山小学, served_on: 2025-07-08, meal: 午餐, heads: 10, amount: 50.00}
    expect:
      - {unit_id: 双溪小学, days: 1, outside_days: 1, meal_day_rows: [1]}
*/
WITH schools AS (
  SELECT unit_id, max(unit_name) AS unit_name
  FROM meal_day
  WHERE heads > 0
  GROUP BY unit_id
),
-- A school may be known by its code in one book and only by its name in the other.
own_terms AS (
  SELECT schools.unit_id, terms.term, min(terms.from_date) AS first_on, max(terms.to_date) AS last_on,
    max(terms.days) AS days_allowed
  FROM schools
  JOIN school_calendar AS terms ON terms.unit_id = schools.unit_id OR terms.unit_name = schools.unit_name
    OR terms.unit_id = schools.unit_name
  GROUP BY schools.unit_id, terms.term
),
-- A calendar without a school, or of a unit that feeds nobody (the bureau), holds for all that have none of their own.
shared AS (
  SELECT terms.term, terms.from_date, terms.to_date, terms.days
  FROM school_calendar AS terms
  LEFT JOIN schools ON terms.unit_id = schools.unit_id OR terms.unit_name = schools.unit_name
    OR terms.unit_id = schools.unit_name
  WHERE schools.unit_id IS NULL AND (terms.unit_id IS NULL
    OR NOT regexp_matches(concat_ws(' ', terms.unit_id, terms.unit_name), $school))
),
term_of AS (
  SELECT unit_id, term, first_on, last_on, days_allowed
  FROM own_terms
  UNION ALL
  SELECT schools.unit_id, shared.term, min(shared.from_date) AS first_on, max(shared.to_date) AS last_on,
    max(shared.days) AS days_allowed
  FROM schools
  CROSS JOIN shared
  ANTI JOIN own_terms AS own ON own.unit_id = schools.unit_id
  GROUP BY schools.unit_id, shared.term
),
served AS (
  SELECT unit_id, max(coalesce(unit_name, unit_id)) AS school, served_on, currency,
    sum(coalesce(amount, heads * price, 0)) AS amount, list_sort(list(row_id)) AS meal_day_rows
  FROM meal_day
  WHERE heads > 0
  GROUP BY unit_id, served_on, currency
),
-- Days in a term, days near one but in none; of terms that the calendar does not know, nothing is said.
placed AS (
  SELECT served.unit_id, served.served_on, max(CASE WHEN served.served_on BETWEEN term_of.first_on AND term_of.last_on
    THEN term_of.term END) AS term
  FROM served
  JOIN term_of ON term_of.unit_id = served.unit_id
    AND served.served_on >= term_of.first_on - INTERVAL 1 DAY * $near_days
    AND served.served_on <= term_of.last_on + INTERVAL 1 DAY * $near_days
  GROUP BY served.unit_id, served.served_on
),
judged AS (
  SELECT placed.unit_id, placed.served_on, placed.term, term_of.days_allowed,
    CASE WHEN placed.term IS NULL THEN 'outside'
      WHEN NOT calendar.is_workday AND NOT calendar.is_provisional THEN 'rest' ELSE 'school' END AS kind
  FROM placed
  LEFT JOIN term_of ON term_of.unit_id = placed.unit_id AND term_of.term = placed.term
  LEFT JOIN calendar ON calendar.day = placed.served_on
),
counted AS (
  SELECT unit_id, served_on, kind, days_allowed,
    sum(CASE WHEN kind = 'school' THEN 1 ELSE 0 END) OVER (PARTITION BY unit_id, term ORDER BY served_on
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS so_far
  FROM judged
),
beyond AS (
  SELECT unit_id, served_on, CASE WHEN kind = 'school' THEN 'extra' ELSE kind END AS kind
  FROM counted
  WHERE kind IN ('outside', 'rest') OR so_far > days_allowed
)
SELECT served.unit_id, max(served.school) AS school, served.currency, count(DISTINCT served.served_on) AS days,
  count(DISTINCT CASE WHEN beyond.kind = 'outside' THEN served.served_on END) AS outside_days,
  count(DISTINCT CASE WHEN beyond.kind = 'rest' THEN served.served_on END) AS rest_days,
  count(DISTINCT CASE WHEN beyond.kind = 'extra' THEN served.served_on END) AS extra_days,
  max(served.served_on) AS last_on, CAST(sum(served.amount) AS DECIMAL(18, 2)) AS at_risk,
  list_sort(flatten(list(served.meal_day_rows))) AS meal_day_rows
FROM beyond
JOIN served ON served.unit_id = beyond.unit_id AND served.served_on = beyond.served_on
GROUP BY served.unit_id, served.currency
