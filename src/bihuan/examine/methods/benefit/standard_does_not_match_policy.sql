/*
id: standard_does_not_match_policy
title: {zh: 发放标准与政策不符, en: The standard paid is not that of the policy}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 发放名册所列标准不同于当期政策规定的任何一档标准，或金额不等于面积乘以标准，多发或少发。
  en: The standard in the list of payments is none of those that the policy sets for that day, or the amount is not area times standard; too much or too little was paid.
not_when:
  zh: 政策调整后补差；按月份折算；标准表未及时更新。
  en: A difference after a change of policy; parts of a month; a table of standards that was not brought up to date.
ask:
  zh: 当期政策文件、档次评定表、补差说明。
  en: The policy in force, how the grade was set, the note on the difference.
reads: [benefit_payment, programme]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND standard > 0"}
scope: row
params: {least_difference: 2, tolerance: 0.02}
lead: {unit: unit_id, subject: [programme, standard, fault], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "“{programme}”按{standard}发放{times}笔共{total}，当期政策标准为{allowed}：{fault}。"
  en: "“{programme}” was paid {times} times at {standard}, {total} in all; the policy of that time sets {allowed}: {fault}."
examples:
  - says: a standard that no policy knows, and more than area times standard; both grades, and days before any policy, are left alone
    given:
      programme:
        - {name: 耕地地力保护补贴, standard: 100.00, standard_kind: 一档, valid_from: 2024-01-01}
        - {name: 耕地地力保护补贴, standard: 120.00, standard_kind: 二档, valid_from: 2024-01-01}
      benefit_payment:
        - &paid {programme: 耕地地力保护补贴, name: 王芳, standard: 150.00, amount: 300.00, paid_on: 2024-03-05}
        - {<<: *paid, standard: 100.00}
        - {<<: *paid, standard: 120.00}
        - {<<: *paid, paid_on: 2020-03-05}
        - {<<: *paid, programme: 高龄津贴}
        - {<<: *paid, standard: 100.00, area: 5.00, amount: 560.00}
        - {<<: *paid, standard: 100.00, area: 5.004, amount: 500.00}
    expect:
      - {programme: 耕地地力保护补贴, standard: 100, times: 1, total: 560.00, benefit_payment_rows: [6]}
      - {programme: 耕地地力保护补贴, standard: 150, times: 1, total: 300.00, allowed: 100.00、120.00, benefit_payment_rows: [1]}
*/
WITH paid AS (
  SELECT row_id, unit_id, programme, programme_code, md5(coalesce(id_no, name)) AS person_key, standard, area, amount, currency, paid_on,
    coalesce(month, make_date(fiscal_year, 1, 1), paid_on) AS due_on, paid_on AS or_on
  FROM benefit_payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND standard > 0
),
-- What the policy of that day sets, all grades together; what is paid late may go by the day for which it is due.
allowed AS (
  SELECT paid.row_id, count(*) FILTER (WHERE programme.standard = paid.standard) AS grades_met,
    max(programme.standard) AS highest,
    array_to_string(list_sort(list(DISTINCT CAST(CAST(programme.standard AS DECIMAL(18, 2)) AS VARCHAR))
      FILTER (WHERE programme.standard IS NOT NULL)), '、') AS allowed
  FROM paid
  JOIN programme ON (programme.name = paid.programme OR programme.programme_code = paid.programme_code)
    AND programme.standard > 0
    AND (programme.valid_from IS NULL OR programme.valid_from <= paid.or_on)
    AND (programme.valid_to IS NULL OR programme.valid_to >= paid.due_on)
  GROUP BY paid.row_id
),
-- Either the standard is none of the policy's, or it is, and yet the amount is not area times standard.
judged AS (
  SELECT paid.row_id, paid.unit_id, paid.programme, paid.person_key, paid.standard, paid.amount, paid.currency, paid.paid_on,
    allowed.allowed,
    CASE WHEN allowed.grades_met = 0 THEN paid.amount * (1 - allowed.highest / nullif(paid.standard, 0))
      ELSE paid.amount - paid.area * paid.standard END AS excess,
    CASE WHEN allowed.grades_met = 0 THEN '标准不在政策之列 not a standard of the policy'
      WHEN paid.area > 0 AND abs(paid.amount - paid.area * paid.standard) > greatest($least_difference, paid.amount * CAST($tolerance AS DECIMAL(9, 4)))
        THEN '金额不等于面积乘以标准 amount is not area times standard' END AS fault
  FROM paid
  JOIN allowed ON allowed.row_id = paid.row_id
),
-- Whoever gave back what was too much is out of question.
back AS (
  SELECT unit_id, programme, md5(coalesce(id_no, name)) AS person_key, -sum(amount) AS amount
  FROM benefit_payment
  WHERE amount < 0 AND coalesce(status, 'returned') <> 'failed'
  GROUP BY unit_id, programme, md5(coalesce(id_no, name))
),
too_much AS (
  SELECT unit_id, programme, person_key, sum(excess) AS excess
  FROM judged
  WHERE fault IS NOT NULL
  GROUP BY unit_id, programme, person_key
),
put_right AS (
  SELECT too_much.unit_id, too_much.programme, too_much.person_key
  FROM too_much
  JOIN back ON back.unit_id = too_much.unit_id AND back.programme = too_much.programme
    AND back.person_key = too_much.person_key
  WHERE too_much.excess > 0 AND back.amount >= too_much.excess - 1
)
SELECT judged.unit_id, judged.programme, CAST(judged.standard AS DECIMAL(18, 2)) AS standard, judged.fault,
  max(judged.allowed) AS allowed, count(*) AS times, CAST(sum(judged.amount) AS DECIMAL(18, 2)) AS total,
  max(judged.currency) AS currency, max(judged.paid_on) AS last_paid_on,
  list_sort(list(judged.row_id)) AS benefit_payment_rows
FROM judged
LEFT JOIN put_right ON put_right.unit_id = judged.unit_id AND put_right.programme = judged.programme
  AND put_right.person_key = judged.person_key
WHERE judged.fault IS NOT NULL AND put_right.person_key IS NULL
GROUP BY judged.unit_id, judged.programme, CAST(judged.standard AS DECIMAL(18, 2)), judged.fault
