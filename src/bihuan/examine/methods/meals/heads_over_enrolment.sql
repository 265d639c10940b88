/*
id: heads_over_enrolment
title: {zh: 申报供餐人数超过在册学生数, en: More pupils were fed than are on the roll}
status: stable
role: lead
level: high
basis: [meals, accounting]
why:
  zh: 营养餐补助按实际就餐学生人数结算。某日申报的供餐人数超过当日在册学生数，多出的人数可能是虚报，用以套取补助。
  en: The subsidy is settled by the pupils who ate. Where more heads are claimed for a day than pupils are on the roll, the surplus may be invented.
not_when:
  zh: 借读、随班就读的学生未录学籍；陪餐教师计入了学生人数；几所学校合用一个食堂；学籍名册导出早于转入。
  en: Pupils who attend without being on the roll, staff counted among pupils, one canteen for several schools, a roll exported before pupils came.
ask:
  zh: 各班当日点名册、陪餐记录和食堂就餐统计，借读学生名单，补助申请表及其审核人；退款凭证应写明学校、学期和“供餐人数”。
  en: Registers of the classes, canteen tallies, a list of pupils off the roll, the claim and who checked it; a voucher of return names school, term and the number of heads.
reads: [meal_day, school_roll]
optional: [school_calendar, payment, nontax_income]
population: {table: meal_day, where: "heads > 0"}
max_share: 0.3
scope: all
params: {county: "^([^省市县区旗]{1,6}(省|自治区|自治州|市|县|区|旗))+", least_name: 4, least_heads: 3, over_share: 0.03, least_days: 5, slack_days: 20, whole_name: 6, same_money_days: 10, school: "小学|中学|学校|幼儿园|教学点|完小|职高|[0-9]{4}", ground: "人数|虚报学生|多报学生"}
lead: {unit: unit_id, subject: [unit_id], amount: at_risk, currency: currency, on: last_on}
reason:
  zh: "{school}在{first_on}至{last_on}的{days}天申报供餐人数超过在册学生数，最多一天超{most_beyond}人，多报补助约{at_risk}。"
  en: "{school} claimed more heads than it has pupils on {days} days between {first_on} and {last_on}, by up to {most_beyond}; about {at_risk} of subsidy."
remedy: |
  WITH roll_schools AS (
    SELECT unit_id, max(CASE WHEN length(regexp_replace(unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(unit_name, $county, '', 'g') ELSE unit_name END) AS unit_name
    FROM school_roll
    GROUP BY unit_id
  ),
  fed_schools AS (
    SELECT unit_id, max(CASE WHEN length(regexp_replace(unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(unit_name, $county, '', 'g') ELSE unit_name END) AS unit_name
    FROM meal_day
    GROUP BY unit_id
  ),
  -- A school may be known by its code in the roll and only by its name, with or without the county, in the daily sheets.
  schools AS (
    SELECT roll_schools.unit_id AS roll_unit, min(fed_schools.unit_id) AS meal_unit
    FROM roll_schools
    JOIN fed_schools ON fed_schools.unit_name = roll_schools.unit_name
    ANTI JOIN fed_schools AS same ON same.unit_id = roll_schools.unit_id
    GROUP BY roll_schools.unit_id
  ),
  -- One calendar of the bureau or without a unit holds for all.
  known_terms AS (
    SELECT CASE WHEN roll_schools.unit_id IS NOT NULL THEN terms.unit_id END AS unit_id, terms.term,
      min(terms.from_date) - INTERVAL 1 DAY * $slack_days AS first_on, max(terms.to_date) + INTERVAL 1 DAY * $slack_days AS last_on
    FROM school_calendar AS terms
    LEFT JOIN roll_schools ON roll_schools.unit_id = terms.unit_id
    WHERE roll_schools.unit_id IS NOT NULL OR terms.unit_id IS NULL
      OR NOT regexp_matches(concat_ws(' ', terms.unit_id, terms.unit_name), $school)
    GROUP BY CASE WHEN roll_schools.unit_id IS NOT NULL THEN terms.unit_id END, terms.term
  ),
  -- A roll is exported term by term: where the calendar knows the term, a row says nothing about another one.
  roll_rows AS (
    SELECT coalesce(schools.meal_unit, roll.unit_id) AS unit_id, coalesce(roll.pupil_no, roll.id_no, roll.name) AS pupil, roll.from_date, roll.to_date,
      coalesce(own.term, shared.term) AS term, coalesce(own.first_on, shared.first_on) AS first_on,
      coalesce(own.last_on, shared.last_on) AS last_on
    FROM school_roll AS roll
    LEFT JOIN known_terms AS own ON own.unit_id = roll.unit_id AND own.term = roll.term
    LEFT JOIN known_terms AS shared ON shared.unit_id IS NULL AND shared.term = roll.term
    LEFT JOIN schools ON schools.roll_unit = roll.unit_id
    WHERE coalesce(roll.is_in_meals, true)
  ),
  on_roll AS (
    SELECT unit_id, pupil, CAST(greatest(from_date, first_on) AS DATE) AS since,
      CAST(least(max(to_date), last_on) AS DATE) AS until
    FROM roll_rows
    GROUP BY unit_id, pupil, term, from_date, first_on, last_on
  ),
  spans AS (
    SELECT unit_id, since, until, count(*) AS pupils
    FROM on_roll
    GROUP BY unit_id, since, until
  ),
  meals AS (
    SELECT unit_id, max(coalesce(unit_name, unit_id)) AS school, served_on, coalesce(meal, '') AS meal, currency,
      sum(heads) AS heads, sum(coalesce(amount, heads * price, 0)) AS claimed, list_sort(list(row_id)) AS meal_day_rows
    FROM meal_day
    WHERE heads > 0
    GROUP BY unit_id, served_on, coalesce(meal, ''), currency
  ),
  days AS (
    SELECT unit_id, served_on
    FROM meals
    GROUP BY unit_id, served_on
  ),
  enrolled AS (
    SELECT days.unit_id, days.served_on, sum(spans.pupils) AS pupils
    FROM days
    JOIN spans ON spans.unit_id = days.unit_id AND days.served_on >= coalesce(spans.since, days.served_on)
      AND days.served_on <= coalesce(spans.until, days.served_on)
    GROUP BY days.unit_id, days.served_on
  ),
  -- Where no roll covers the day there is nothing to compare with, and nothing is said.
  over AS (
    SELECT meals.unit_id, meals.school, meals.served_on, meals.currency, meals.heads, enrolled.pupils,
      meals.heads - enrolled.pupils AS beyond, meals.meal_day_rows,
      CAST(meals.claimed * (meals.heads - enrolled.pupils) / nullif(meals.heads, 0) AS DECIMAL(18, 2)) AS amount
    FROM meals
    JOIN enrolled ON enrolled.unit_id = meals.unit_id AND enrolled.served_on = meals.served_on
    WHERE meals.heads - enrolled.pupils >= greatest($least_heads, enrolled.pupils * $over_share)
  ),
  at_risk AS (
    SELECT unit_id, school, served_on AS day, amount, currency
    FROM over
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
  - says: six heads for three pupils on five days, returned with words that name the term; absent pupils and two meals a day are left alone
    given:
      school_calendar:
        - {unit_id: null, term: 2024-2025学年第二学期, from_date: 2025-02-17, to_date: 2025-07-04}
      school_roll:
        - {unit_id: U1, name: 学生1, pupil_no: U1-1, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U1, name: 学生2, pupil_no: U1-2, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U1, name: 学生3, pupil_no: U1-3, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U2, name: 学生1, pupil_no: U2-1, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U2, name: 学生2, pupil_no: U2-2, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U2, name: 学生3, pupil_no: U2-3, term: 2024-2025学年第二学期, from_date: 2022-09-01}
      meal_day:
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-03, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-04, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-05, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-06, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-07, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-03, meal: 午餐, heads: 3, price: 5.00, amount: 15.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-03, meal: 早餐, heads: 2, price: 5.00, amount: 10.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-04, meal: 午餐, heads: 3, price: 5.00, amount: 15.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-04, meal: 早餐, heads: 2, price: 5.00, amount: 10.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-05, meal: 午餐, heads: 3, price: 5.00, amount: 15.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-05, meal: 早餐, heads: 2, price: 5.00, amount: 10.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-06, meal: 午餐, heads: 3, price: 5.00, amount: 15.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-06, meal: 早餐, heads: 2, price: 5.00, amount: 10.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-07, meal: 午餐, heads: 3, price: 5.00, amount: 15.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-07, meal: 早餐, heads: 2, price: 5.00, amount: 10.00}
      payment:
        - {unit_id: U1, amount: -75.00, paid_on: 2025-08-20, purpose: 退回2025年春季学期营养餐补助（多报供餐人数）, status: paid}
    expect:
      - {unit_id: U1, days: 5, most_beyond: 3, at_risk: 75.00, meal_day_rows: [1, 2, 3, 4, 5]}
    remedied:
      - {unit_id: U1, payment_rows: [1]}
  - says: what came back is too little, is for another term or for something else, so nothing is answered; a pay slip that names the school answers
    given:
      school_calendar:
        - {unit_id: null, term: 2024-2025学年第二学期, from_date: 2025-02-17, to_date: 2025-07-04}
      school_roll:
        - {unit_id: U1, name: 学生1, pupil_no: U1-1, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U1, name: 学生2, pupil_no: U1-2, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U1, name: 学生3, pupil_no: U1-3, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U2, name: 学生1, pupil_no: U2-1, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U2, name: 学生2, pupil_no: U2-2, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U2, name: 学生3, pupil_no: U2-3, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U3, name: 学生1, pupil_no: U3-1, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U3, name: 学生2, pupil_no: U3-2, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U3, name: 学生3, pupil_no: U3-3, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U4, name: 学生1, pupil_no: U4-1, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U4, name: 学生2, pupil_no: U4-2, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U4, name: 学生3, pupil_no: U4-3, term: 2024-2025学年第二学期, from_date: 2022-09-01}
      meal_day:
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-03, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-04, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-05, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-06, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-07, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-03, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-04, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-05, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-06, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-07, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U3, unit_name: U3小学, served_on: 2025-03-03, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U3, unit_name: U3小学, served_on: 2025-03-04, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U3, unit_name: U3小学, served_on: 2025-03-05, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U3, unit_name: U3小学, served_on: 2025-03-06, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U3, unit_name: U3小学, served_on: 2025-03-07, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U4, unit_name: U4小学, served_on: 2025-03-03, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U4, unit_name: U4小学, served_on: 2025-03-04, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U4, unit_name: U4小学, served_on: 2025-03-05, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U4, unit_name: U4小学, served_on: 2025-03-06, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U4, unit_name: U4小学, served_on: 2025-03-07, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
      payment:
        - {unit_id: U1, amount: -74.00, paid_on: 2025-08-20, purpose: 退回2025年春季学期营养餐补助（多报供餐人数）}
        - {unit_id: U2, amount: -75.00, paid_on: 2025-08-20, purpose: 退回2024年秋季学期营养餐补助（多报供餐人数）}
        - {unit_id: U3, amount: -75.00, paid_on: 2025-08-20, purpose: 退回2025年春季学期营养餐补助（食材差价）}
      nontax_income:
        - {unit_id: "201", payer_name: U4小学, amount: 75.00, billed_on: 2025-08-20, item: 财政补助结余资金缴回, note: 退回2024-2025学年第二学期营养餐补助（多报人数）}
    expect: [{unit_id: U1}, {unit_id: U2}, {unit_id: U3}, {unit_id: U4}]
    remedied:
      - {unit_id: U4, nontax_income_rows: [1]}
  - says: pupils who came in the middle of the term raise the roll; those of another term's roll and those who left do not; no roll, no answer
    given:
      school_calendar:
        - {unit_id: null, term: 2024-2025学年第二学期, from_date: 2025-02-17, to_date: 2025-07-04}
      school_roll:
        - {unit_id: U1, name: 学生1, pupil_no: U1-1, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U1, name: 学生2, pupil_no: U1-2, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U1, name: 学生3, pupil_no: U1-3, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U1, name: 学生1, pupil_no: U1-N1, term: 2024-2025学年第二学期, from_date: 2025-03-03}
        - {unit_id: U1, name: 学生2, pupil_no: U1-N2, term: 2024-2025学年第二学期, from_date: 2025-03-03}
        - {unit_id: U1, name: 学生3, pupil_no: U1-N3, term: 2024-2025学年第二学期, from_date: 2025-03-03}
        - {unit_id: U1, name: 学生4, pupil_no: U1-N4, term: 2024-2025学年第二学期, from_date: 2025-03-03}
        - {unit_id: U1, name: 学生5, pupil_no: U1-N5, term: 2024-2025学年第二学期, from_date: 2025-03-03}
        - {unit_id: U1, name: 学生6, pupil_no: U1-N6, term: 2024-2025学年第二学期, from_date: 2025-03-03}
        - {unit_id: U1, name: 学生7, pupil_no: U1-N7, term: 2024-2025学年第二学期, from_date: 2025-03-03}
        - {unit_id: U1, name: 学生8, pupil_no: U1-N8, term: 2024-2025学年第二学期, from_date: 2025-03-03}
        - {unit_id: U1, name: 学生9, pupil_no: U1-N9, term: 2024-2025学年第二学期, from_date: 2025-03-03}
        - {unit_id: U2, name: 学生1, pupil_no: U2-1, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U2, name: 学生2, pupil_no: U2-2, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U2, name: 学生3, pupil_no: U2-3, term: 2024-2025学年第二学期, from_date: 2022-09-01}
        - {unit_id: U2, name: 学生1, pupil_no: U2-L1, term: 2024-2025学年第二学期, from_date: 2022-09-01, to_date: 2025-02-28}
        - {unit_id: U2, name: 学生2, pupil_no: U2-L2, term: 2024-2025学年第二学期, from_date: 2022-09-01, to_date: 2025-02-28}
        - {unit_id: U2, name: 学生3, pupil_no: U2-L3, term: 2024-2025学年第二学期, from_date: 2022-09-01, to_date: 2025-02-28}
      meal_day:
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-03, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-04, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-05, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-06, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U1, unit_name: U1小学, served_on: 2025-03-07, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-03, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-04, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-05, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-06, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U2, unit_name: U2小学, served_on: 2025-03-07, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U3, unit_name: U3小学, served_on: 2025-03-03, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U3, unit_name: U3小学, served_on: 2025-03-04, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U3, unit_name: U3小学, served_on: 2025-03-05, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U3, unit_name: U3小学, served_on: 2025-03-06, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
        - {unit_id: U3, unit_name: U3小学, served_on: 2025-03-07, meal: 午餐, heads: 6, price: 5.00, amount: 30.00}
    expect:
      - {unit_id: U2, most_beyond: 3, at_risk: 75.00}
  - says: a school with a code in the roll and only a name in the daily sheets is one school
    given:
      school_roll:
        - {unit_id: S1, unit_name: 双溪小学, name: 学生1, pupil_no: P1}
        - {unit_id: S1, unit_name: 双溪小学, name: 学生2, pupil_no: P2}
        - {unit_id: S2, unit_name: 河湾小学, name: 学生3, pupil_no: P3}
      meal_day:
        - &named {unit_id: 某县双溪小学, unit_name: 某县双溪小学, served_on: 2025-03-03, heads: 6, amount: 30.00}
        - {<<: *named, served_on: 2025-03-04}
        - {<<: *named, served_on: 2025-03-05}
        - {<<: *named, served_on: 2025-03-06}
        - {<<: *named, served_on: 2025-03-07}
        - {<<: *named, unit_id: 河湾小学, unit_name: 河湾小学, heads: 1}
    expect:
      - {unit_id: 某县双溪小学, days: 5, most_beyond: 4}
*/
WITH roll_schools AS (
  SELECT unit_id, max(CASE WHEN length(regexp_replace(unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(unit_name, $county, '', 'g') ELSE unit_name END) AS unit_name
  FROM school_roll
  GROUP BY unit_id
),
fed_schools AS (
  SELECT unit_id, max(CASE WHEN length(regexp_replace(unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(unit_name, $county, '', 'g') ELSE unit_name END) AS unit_name
  FROM meal_day
  GROUP BY unit_id
),
-- A school may be known by its code in the roll and only by its name, with or without the county, in the daily sheets.
schools AS (
  SELECT roll_schools.unit_id AS roll_unit, min(fed_schools.unit_id) AS meal_unit
  FROM roll_schools
  JOIN fed_schools ON fed_schools.unit_name = roll_schools.unit_name
  ANTI JOIN fed_schools AS same ON same.unit_id = roll_schools.unit_id
  GROUP BY roll_schools.unit_id
),
-- One calendar of the bureau or without a unit holds for all.
known_terms AS (
  SELECT CASE WHEN roll_schools.unit_id IS NOT NULL THEN terms.unit_id END AS unit_id, terms.term,
    min(terms.from_date) - INTERVAL 1 DAY * $slack_days AS first_on, max(terms.to_date) + INTERVAL 1 DAY * $slack_days AS last_on
  FROM school_calendar AS terms
  LEFT JOIN roll_schools ON roll_schools.unit_id = terms.unit_id
  WHERE roll_schools.unit_id IS NOT NULL OR terms.unit_id IS NULL
    OR NOT regexp_matches(concat_ws(' ', terms.unit_id, terms.unit_name), $school)
  GROUP BY CASE WHEN roll_schools.unit_id IS NOT NULL THEN terms.unit_id END, terms.term
),
-- A roll is exported term by term: where the calendar knows the term, a row says nothing about another one.
roll_rows AS (
  SELECT coalesce(schools.meal_unit, roll.unit_id) AS unit_id, coalesce(roll.pupil_no, roll.id_no, roll.name) AS pupil, roll.from_date, roll.to_date,
    coalesce(own.term, shared.term) AS term, coalesce(own.first_on, shared.first_on) AS first_on,
    coalesce(own.last_on, shared.last_on) AS last_on
  FROM school_roll AS roll
  LEFT JOIN known_terms AS own ON own.unit_id = roll.unit_id AND own.term = roll.term
  LEFT JOIN known_terms AS shared ON shared.unit_id IS NULL AND shared.term = roll.term
  LEFT JOIN schools ON schools.roll_unit = roll.unit_id
  WHERE coalesce(roll.is_in_meals, true)
),
on_roll AS (
  SELECT unit_id, pupil, CAST(greatest(from_date, first_on) AS DATE) AS since,
    CAST(least(max(to_date), last_on) AS DATE) AS until
  FROM roll_rows
  GROUP BY unit_id, pupil, term, from_date, first_on, last_on
),
spans AS (
  SELECT unit_id, since, until, count(*) AS pupils
  FROM on_roll
  GROUP BY unit_id, since, until
),
meals AS (
  SELECT unit_id, max(coalesce(unit_name, unit_id)) AS school, served_on, coalesce(meal, '') AS meal, currency,
    sum(heads) AS heads, sum(coalesce(amount, heads * price, 0)) AS claimed, list_sort(list(row_id)) AS meal_day_rows
  FROM meal_day
  WHERE heads > 0
  GROUP BY unit_id, served_on, coalesce(meal, ''), currency
),
days AS (
  SELECT unit_id, served_on
  FROM meals
  GROUP BY unit_id, served_on
),
enrolled AS (
  SELECT days.unit_id, days.served_on, sum(spans.pupils) AS pupils
  FROM days
  JOIN spans ON spans.unit_id = days.unit_id AND days.served_on >= coalesce(spans.since, days.served_on)
    AND days.served_on <= coalesce(spans.until, days.served_on)
  GROUP BY days.unit_id, days.served_on
),
-- Where no roll covers the day there is nothing to compare with, and nothing is said.
over AS (
  SELECT meals.unit_id, meals.school, meals.served_on, meals.currency, meals.heads, enrolled.pupils,
    meals.heads - enrolled.pupils AS beyond, meals.meal_day_rows,
    CAST(meals.claimed * (meals.heads - enrolled.pupils) / nullif(meals.heads, 0) AS DECIMAL(18, 2)) AS amount
  FROM meals
  JOIN enrolled ON enrolled.unit_id = meals.unit_id AND enrolled.served_on = meals.served_on
  WHERE meals.heads - enrolled.pupils >= greatest($least_heads, enrolled.pupils * $over_share)
)
SELECT unit_id, max(school) AS school, currency, min(served_on) AS first_on, max(served_on) AS last_on,
  count(DISTINCT served_on) AS days, max(beyond) AS most_beyond, CAST(sum(amount) AS DECIMAL(18, 2)) AS at_risk,
  list_sort(flatten(list(meal_day_rows))) AS meal_day_rows
FROM over
GROUP BY unit_id, currency
HAVING count(DISTINCT served_on) >= $least_days
