/*
id: target_missed
title: {zh: 政策目标未完成，或完成数与台账不符, en: "A policy's target was missed, or the list of payments does not bear out what was reported"}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 到期的目标没有完成；或上报完成的户数、人数，明显多于兑现台账里的户数、人数。
  en: A target that was due was not reached; or more firms or people are reported as reached than the lists of payments hold.
not_when:
  zh: 目标经批准调整；尚未到期；越低越好的指标（已按上限判断）；兑现台账没有报全。
  en: The target was changed by right; it is not yet due; less is better (then the target is a ceiling); lists of payments are incomplete.
ask:
  zh: 完成数的统计口径和原始名单、目标调整文件、未完成的原因和责任。
  en: How the figure was counted and from which list, the document that changed the target, why it was missed and who answers for it.
reads: [policy]
optional: [claim, benefit_payment]
population: {table: policy, where: "target IS NOT NULL AND actual IS NOT NULL"}
max_share: 1
scope: all
params:
  ceiling: "不超过|不高于|低于|控制在|以内|以下|压减|压降|减少到|降至|降到|上限|能耗|浓度|投诉|事故"
  paid_out: "兑现|奖励|奖补|补贴|补助|享受|惠及|受益|发放|资助|贴息"
  heads: "家|户|人|个|名|人次"
lead: {unit: unit_id, subject: [policy_no, measure_no, target_name], on: due_on}
reason:
  zh: "“{policy_title}”的“{target_name}”目标{target}{measure}，上报完成{actual}，台账可数{counted}（无从核对时为“—”），期限{due_on}。"
  en: "Target “{target_name}” of “{policy_title}”: {target} {measure}, reported {actual}, found on the lists {counted} (— where there is nothing to count), due on {due_on}."
examples:
  - says: half done; above a ceiling; reported as done though the list has two; done, all but done, not yet due and below a ceiling are left alone
    given:
      policy:
        - &line {policy_no: 甲发〔2025〕1号, measure_no: "1", title: 任务分解, target_name: 新建充电桩, target: 120, actual: 63, measure: 个, due_on: 2025-12-20, reported_on: 2025-12-31}
        - {<<: *line, measure_no: "2", target_name: PM2.5年均浓度不超过, target: 35, actual: 41}
        - {<<: *line, measure_no: "3", target_name: 兑现奖励企业数, target: 4, actual: 4, measure: 家, programme: 商贸奖励}
        - {<<: *line, measure_no: "4", actual: 130}
        - {<<: *line, measure_no: "5", actual: 119}
        - {<<: *line, measure_no: "6", due_on: 2026-12-31}
        - {<<: *line, measure_no: "7", target_name: 单位能耗控制在, target: 0.52, actual: 0.47}
      claim:
        - &paid {programme: 商贸奖励, applicant: 甲, applicant_id_no: G1, amount: 100.00, paid_on: 2025-05-01, status: 已拨付}
        - {<<: *paid, applicant_id_no: G2}
        - {<<: *paid, applicant_id_no: G2}
        - {<<: *paid, applicant_id_no: G3, status: 审核未通过, paid_on: null}
    expect:
      - {measure_no: "1", counted: —, policy_rows: [1]}
      - {measure_no: "2", policy_rows: [2]}
      - {measure_no: "3", counted: "2", policy_rows: [3]}
*/
WITH promised AS (
  SELECT row_id, unit_id, policy_no, coalesce(measure_no, '') AS measure_no, coalesce(title, policy_no) AS policy_title, coalesce(target_name, '') AS target_name,
    target, actual, coalesce(measure, '') AS measure, coalesce(due_on, valid_to) AS due_on, reported_on, coalesce(programme, title) AS programme, title
  FROM policy
  WHERE target IS NOT NULL AND actual IS NOT NULL
),
paid AS (
  SELECT programme, coalesce(applicant_id_no, applicant) AS payee, paid_on
  FROM claim
  WHERE amount > 0 AND paid_on IS NOT NULL
  UNION ALL
  SELECT programme, coalesce(id_no, name) AS payee, paid_on
  FROM benefit_payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid'
),
-- Only what is counted in heads can be counted on the lists.
counts AS (
  SELECT promised.row_id, count(DISTINCT paid.payee) AS counted
  FROM promised
  JOIN paid ON paid.programme = promised.programme OR paid.programme = promised.title
  WHERE regexp_matches(promised.target_name, $paid_out) AND regexp_matches(promised.measure, concat('^(', $heads, ')'))
  GROUP BY promised.row_id
),
books AS (
  SELECT max(paid_on) AS books_until
  FROM paid
),
compared AS (
  SELECT promised.row_id, promised.unit_id, promised.policy_no, promised.measure_no, promised.policy_title, promised.target_name, promised.target,
    promised.actual, promised.measure, promised.due_on, counts.counted, coalesce(promised.reported_on, books.books_until, promised.due_on) AS known_on,
    regexp_matches(promised.target_name, $ceiling) AS is_ceiling
  FROM promised
  CROSS JOIN books
  LEFT JOIN counts ON counts.row_id = promised.row_id
)
SELECT compared.unit_id, compared.policy_no, compared.measure_no, compared.policy_title, compared.target_name, CAST(max(compared.target) AS DECIMAL(18, 2)) AS target,
  CAST(max(compared.actual) AS DECIMAL(18, 2)) AS actual, max(compared.measure) AS measure, max(compared.due_on) AS due_on,
  coalesce(CAST(max(compared.counted) AS VARCHAR), '—') AS counted, list_sort(list(compared.row_id)) AS policy_rows
FROM compared
JOIN unit_parameter AS allowed ON allowed.unit_id = compared.unit_id AND allowed.name = 'target_tolerance'
  AND allowed.valid_from <= compared.known_on AND (allowed.valid_to IS NULL OR compared.known_on < allowed.valid_to)
WHERE compared.due_on <= compared.known_on
  AND (compared.is_ceiling AND compared.actual > compared.target * (1 + CAST(allowed.value AS DECIMAL(18, 6)))
    OR NOT compared.is_ceiling AND least(compared.actual, coalesce(compared.counted, compared.actual)) < compared.target * (1 - CAST(allowed.value AS DECIMAL(18, 6))))
GROUP BY compared.unit_id, compared.policy_no, compared.measure_no, compared.policy_title, compared.target_name
