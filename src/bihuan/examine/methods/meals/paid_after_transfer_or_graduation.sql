/*
id: paid_after_transfer_or_graduation
title: {zh: 转学、毕业后仍领取营养餐补助, en: Meals were paid for after a pupil left or graduated}
status: stable
role: lead
level: high
basis: [meals, accounting]
why:
  zh: 学生转出、毕业后不再在校就餐。受益名册上仍有其名并结算补助，可能是用离校学生名字套取补助。
  en: A pupil who left or graduated no longer eats at the school. Where the list still names him and the subsidy is settled, his name may serve to draw money.
not_when:
  zh: 学籍系统的离校日期先于实际离校；补发离校以前月份的补助（所属月份填成发放月份）；同名不同人（名册没有证件号）。
  en: The roll's day of leaving is earlier than the real one; arrears of months before he left, put under the month of payment; a namesake where the list has no identity number.
ask:
  zh: 离校手续、当月班级点名册和就餐签名，名册由谁编制、谁审核，补助最终由谁领取；退款凭证应写明学校、学期和“转学（毕业）学生”。
  en: Papers of leaving, the class register and meal signatures of the month, who made and checked the list, who received the money; a voucher of return names school, term and the pupils who left.
reads: [benefit_payment, school_roll]
optional: [payment, nontax_income]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND regexp_matches(coalesce(programme, ''), '营养|供餐|学生餐|膳食|午餐')"}
max_share: 0.3
scope: all
params: {county: "^([^省市县区旗]{1,6}(省|自治区|自治州|市|县|区|旗))+", least_name: 4, whole_name: 6, same_money_days: 10, ground: "转学|转出|毕业|离校|退学"}
lead: {unit: unit_id, subject: [unit_id], amount: at_risk, currency: currency, on: last_month}
reason:
  zh: "{school}的受益名册上有{pupils}名已转出或毕业的学生，离校后仍结算{times}人月，共{at_risk}（最早{first_month}，最晚{last_month}）。"
  en: "The list of {school} names {pupils} pupils who had left or graduated: {times} months settled after they were gone, {at_risk} together, from {first_month} to {last_month}."
remedy: |
  -- The newest that is known of a stay: a later export tells the day on which a pupil left.
  WITH payers AS (
    SELECT CASE WHEN length(regexp_replace(unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(unit_name, $county, '', 'g') ELSE unit_name END AS unit_name, min(unit_id) AS unit_id
    FROM benefit_payment
    WHERE unit_name IS NOT NULL AND regexp_matches(coalesce(programme, ''), '营养|供餐|学生餐|膳食|午餐')
    GROUP BY CASE WHEN length(regexp_replace(unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(unit_name, $county, '', 'g') ELSE unit_name END
  ),
  known AS (
    SELECT unit_id
    FROM benefit_payment
    GROUP BY unit_id
  ),
  -- A school may be known by its code in the roll and only by its name in the list of payments, or the other way round.
  stays AS (
    SELECT coalesce(known.unit_id, payers.unit_id, roll.unit_id) AS unit_id, upper(roll.id_no) AS id_no, roll.name, roll.from_date,
      max(roll.to_date) AS to_date, count(DISTINCT coalesce(roll.pupil_no, roll.id_no, '')) AS pupils,
      list_sort(list(roll.row_id)) AS school_roll_rows
    FROM school_roll AS roll
    LEFT JOIN known ON known.unit_id = roll.unit_id
    LEFT JOIN payers ON payers.unit_name = CASE WHEN length(regexp_replace(roll.unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(roll.unit_name, $county, '', 'g') ELSE roll.unit_name END
    GROUP BY coalesce(known.unit_id, payers.unit_id, roll.unit_id), upper(roll.id_no), roll.name, roll.from_date
  ),
  names AS (
    SELECT unit_id, name
    FROM stays
    GROUP BY unit_id, name
    HAVING count(DISTINCT coalesce(id_no, '')) = 1 AND max(pupils) = 1
  ),
  paid AS (
    SELECT row_id, unit_id, coalesce(unit_name, unit_id) AS school, upper(id_no) AS id_no, name, amount, currency,
      coalesce(month, CAST(date_trunc('month', paid_on) AS DATE)) AS month
    FROM benefit_payment
    WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND name IS NOT NULL
      AND regexp_matches(coalesce(programme, ''), '营养|供餐|学生餐|膳食|午餐')
  ),
  -- By the identity number; a list that leaves it out, by a name that the school has once.
  matched AS (
    SELECT paid.row_id, paid.month, stays.from_date, stays.to_date, stays.school_roll_rows
    FROM paid
    JOIN stays ON stays.unit_id = paid.unit_id AND stays.id_no = paid.id_no
    UNION ALL
    SELECT paid.row_id, paid.month, stays.from_date, stays.to_date, stays.school_roll_rows
    FROM paid
    JOIN names ON names.unit_id = paid.unit_id AND names.name = paid.name
    JOIN stays ON stays.unit_id = paid.unit_id AND stays.name = paid.name
    WHERE paid.id_no IS NULL
  ),
  gone AS (
    SELECT row_id, list_sort(flatten(list(school_roll_rows))) AS school_roll_rows
    FROM matched
    WHERE from_date IS NULL OR from_date <= last_day(month)
    GROUP BY row_id
    HAVING count(*) FILTER (WHERE to_date IS NULL) = 0 AND count(*) FILTER (WHERE to_date >= month) = 0
  ),
  at_risk AS (
    SELECT paid.unit_id, paid.school, paid.month AS day, paid.amount, paid.currency
    FROM gone
    JOIN paid ON paid.row_id = gone.row_id
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
  - says: one pupil moved in March, one graduated; claimed in the month of leaving, back again, still there and a namesake are left alone
    given:
      school_roll:
        - &pupil {unit_id: S1, name: 甲, id_no: "139999201501010017", pupil_no: G1, from_date: 2022-09-01, to_date: 2025-03-14, status: 转出}
        - {<<: *pupil, name: 乙, id_no: "139999201501010025", pupil_no: G2, from_date: 2019-09-01, to_date: 2025-07-04, status: 毕业}
        - {<<: *pupil, name: 丙, id_no: "139999201501010033", pupil_no: G3, to_date: null, status: 在读}
        - {<<: *pupil, name: 丁, id_no: "139999201501010041", pupil_no: G4}
        - {<<: *pupil, name: 丁, id_no: "139999201501010041", pupil_no: G4, from_date: 2025-04-01, to_date: null, status: 在读}
        - {<<: *pupil, name: 丙, id_no: "139999201501010059", pupil_no: G5}
      benefit_payment:
        - &fed {unit_id: S1, unit_name: 溪口小学, programme: 学生营养改善计划膳食补助, name: 甲, id_no: "139999201501010017", month: 2025-03-01, paid_on: 2025-03-28, amount: 50.00}
        - {<<: *fed, month: 2025-04-01, amount: 110.00}
        - {<<: *fed, month: 2025-05-01, amount: 95.00}
        - {<<: *fed, name: 乙, id_no: "139999201501010025", month: 2025-09-01, amount: 105.00}
        - {<<: *fed, name: 丙, id_no: "139999201501010033", month: 2025-09-01, amount: 105.00}
        - {<<: *fed, name: 丁, id_no: "139999201501010041", month: 2025-05-01}
        - {<<: *fed, name: 丙, id_no: null, month: 2025-05-01}
        - {<<: *fed, programme: 家庭经济困难学生生活补助, month: 2025-05-01}
        - {<<: *fed, month: 2025-05-01, status: returned}
      payment:
        - {unit_id: S1, amount: -205.00, paid_on: 2025-08-20, purpose: 退回2025年春季学期营养餐补助（转学学生）}
    expect:
      - {unit_id: S1, pupils: 2, times: 3, at_risk: 310.00, benefit_payment_rows: [2, 3, 4], school_roll_rows: [1, 2]}
    remedied: []
  - says: without the number, a name that the school has once; paid back for both terms
    given:
      school_roll:
        - {unit_id: S1, name: 甲, id_no: "139999201501010017", pupil_no: G1, from_date: 2022-09-01, to_date: 2025-03-14, status: 转出}
        - {unit_id: S1, name: 乙, id_no: "139999201501010025", pupil_no: G2, from_date: 2022-09-01, status: 在读, term: 2024-2025学年第二学期}
        - {unit_id: S1, name: 乙, id_no: "139999201501010025", pupil_no: G2, from_date: 2022-09-01, to_date: 2025-09-12, status: 转出, term: 2025-2026学年第一学期}
      benefit_payment:
        - {unit_id: S1, unit_name: 溪口小学, programme: 营养餐, name: 甲, month: 2025-05-01, amount: 95.00, paid_on: 2025-05-28}
        - {unit_id: S1, unit_name: 溪口小学, programme: 营养餐, name: 乙, id_no: "139999201501010025", month: 2025-11-01, amount: 100.00, paid_on: 2025-11-28}
        - {unit_id: S1, unit_name: 溪口小学, programme: 营养餐, name: 乙, id_no: "139999201501010025", month: 2025-05-01, amount: 100.00, paid_on: 2025-05-28}
      payment:
        - {unit_id: S1, amount: -100.00, paid_on: 2025-12-20, purpose: 追回2025年秋季学期营养餐补助，转出学生1人}
      nontax_income:
        - {unit_id: "201", payer_name: 溪口小学, amount: 95.00, billed_on: 2025-08-20, note: 退回2025年春季学期营养餐补助（转学学生）}
    expect:
      - {unit_id: S1, pupils: 2, at_risk: 195.00, benefit_payment_rows: [1, 2]}
    remedied:
      - {unit_id: S1, payment_rows: [1], nontax_income_rows: [1]}
  - says: a school that the list of payments knows only by its name
    given:
      school_roll:
        - {unit_id: S7, unit_name: 白庙小学, name: 学生7, id_no: P7, from_date: 2022-09-01, to_date: 2025-03-10}
      benefit_payment:
        - {unit_id: 白庙小学, unit_name: 白庙小学, programme: 营养膳食补助, name: 学生7, id_no: P7, amount: 100.00, month: 2025-05-01, paid_on: 2025-06-10}
    expect:
      - {unit_id: 白庙小学, times: 1, benefit_payment_rows: [1]}
*/
-- The newest that is known of a stay: a later export tells the day on which a pupil left.
WITH payers AS (
  SELECT CASE WHEN length(regexp_replace(unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(unit_name, $county, '', 'g') ELSE unit_name END AS unit_name, min(unit_id) AS unit_id
  FROM benefit_payment
  WHERE unit_name IS NOT NULL AND regexp_matches(coalesce(programme, ''), '营养|供餐|学生餐|膳食|午餐')
  GROUP BY CASE WHEN length(regexp_replace(unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(unit_name, $county, '', 'g') ELSE unit_name END
),
known AS (
  SELECT unit_id
  FROM benefit_payment
  GROUP BY unit_id
),
-- A school may be known by its code in the roll and only by its name in the list of payments, or the other way round.
stays AS (
  SELECT coalesce(known.unit_id, payers.unit_id, roll.unit_id) AS unit_id, upper(roll.id_no) AS id_no, roll.name, roll.from_date,
    max(roll.to_date) AS to_date, count(DISTINCT coalesce(roll.pupil_no, roll.id_no, '')) AS pupils,
    list_sort(list(roll.row_id)) AS school_roll_rows
  FROM school_roll AS roll
  LEFT JOIN known ON known.unit_id = roll.unit_id
  LEFT JOIN payers ON payers.unit_name = CASE WHEN length(regexp_replace(roll.unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(roll.unit_name, $county, '', 'g') ELSE roll.unit_name END
  GROUP BY coalesce(known.unit_id, payers.unit_id, roll.unit_id), upper(roll.id_no), roll.name, roll.from_date
),
names AS (
  SELECT unit_id, name
  FROM stays
  GROUP BY unit_id, name
  HAVING count(DISTINCT coalesce(id_no, '')) = 1 AND max(pupils) = 1
),
paid AS (
  SELECT row_id, unit_id, coalesce(unit_name, unit_id) AS school, upper(id_no) AS id_no, name, amount, currency,
    coalesce(month, CAST(date_trunc('month', paid_on) AS DATE)) AS month
  FROM benefit_payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND name IS NOT NULL
    AND regexp_matches(coalesce(programme, ''), '营养|供餐|学生餐|膳食|午餐')
),
-- By the identity number; a list that leaves it out, by a name that the school has once.
matched AS (
  SELECT paid.row_id, paid.month, stays.from_date, stays.to_date, stays.school_roll_rows
  FROM paid
  JOIN stays ON stays.unit_id = paid.unit_id AND stays.id_no = paid.id_no
  UNION ALL
  SELECT paid.row_id, paid.month, stays.from_date, stays.to_date, stays.school_roll_rows
  FROM paid
  JOIN names ON names.unit_id = paid.unit_id AND names.name = paid.name
  JOIN stays ON stays.unit_id = paid.unit_id AND stays.name = paid.name
  WHERE paid.id_no IS NULL
),
gone AS (
  SELECT row_id, list_sort(flatten(list(school_roll_rows))) AS school_roll_rows
  FROM matched
  WHERE from_date IS NULL OR from_date <= last_day(month)
  GROUP BY row_id
  HAVING count(*) FILTER (WHERE to_date IS NULL) = 0 AND count(*) FILTER (WHERE to_date >= month) = 0
)
SELECT paid.unit_id, max(paid.school) AS school, paid.currency, count(*) AS times,
  count(DISTINCT coalesce(paid.id_no, paid.name)) AS pupils, min(paid.month) AS first_month,
  max(paid.month) AS last_month, CAST(sum(paid.amount) AS DECIMAL(18, 2)) AS at_risk,
  list_sort(list(paid.row_id)) AS benefit_payment_rows,
  list_sort(list_distinct(flatten(list(gone.school_roll_rows)))) AS school_roll_rows
FROM gone
JOIN paid ON paid.row_id = gone.row_id
GROUP BY paid.unit_id, paid.currency
