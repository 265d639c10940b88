/*
id: final_account_over_estimate
title: {zh: 投资超概算, en: The project cost more than the approved estimate}
status: stable
role: lead
level: high
basis: [invest-23]
why:
  zh: 政府投资原则上不得超过经核定的概算。决算、结算、完成投资或实际支付超过概算又没有概算调整批复，可能是擅自增加内容、提高标准或虚增造价。
  en: Public investment may not in principle exceed the approved estimate. Where the final account, settlements, work done or payments exceed it and no new estimate was approved, scope, standard or price may have been raised at will.
not_when:
  zh: 概算调整已经批准而批复没有录入；支付中含有其他项目的款项；概算不含征地拆迁费等另列费用。
  en: A revised estimate was approved and not recorded; payments of another project are among them; costs that the estimate leaves out, such as land.
ask:
  zh: 概算批复和调整批复、设计变更审批、竣工决算报告及评审意见、超出部分的资金来源。
  en: Approval of the estimate and of its revision, approvals of changes, the final account and its review, what paid for the excess.
reads: [project, unit_parameter]
optional: [payment, contract, milestone]
population: {table: project, where: "coalesce(estimate, planned_total, proposed) > 0 AND coalesce(status, '') <> 'cancelled'"}
max_share: 0.3
scope: all
params:
  revised: "概算.{0,4}调整|调整.{0,4}概算|调概|重新核定.{0,2}概算"
  least_amount: 10000
  noise: "(工程|项目|建设|[镇乡]|[[:space:]()（）“”—·.,-])"
lead: {unit: unit_id, subject: [project_code], amount: over, currency: currency, on: on_day}
reason:
  zh: "“{name}”概算{estimate}，已达{spent}（{measure}），超{over}（{percent}%）。"
  en: "“{name}”: estimate {estimate}, cost {spent} ({measure}), {over} more ({percent} %)."
examples:
  - says: a final account over the estimate; payments over it, some without code or with the name written shorter; a revised estimate, one within, one whose feasibility figure alone was exceeded, and a cancelled one are left alone
    given:
      project:
        - &works {project_code: P1, name: 石桥镇老街修缮工程, planned_total: 1000000.00, final_cost: 1250000.00, completed_on: 2025-03-01}
        - {<<: *works, project_code: P2, name: 溪口镇供水工程, final_cost: null}
        - {<<: *works, project_code: P3, name: 河湾镇桥梁工程}
        - {<<: *works, project_code: P4, name: 白云镇学校工程, final_cost: 1000000.00}
        - {<<: *works, project_code: P5, name: 东岭镇管网工程, proposed: 900000.00, estimate: 1300000.00}
        - {<<: *works, project_code: P6, name: 青石镇泵站工程, status: cancelled}
      contract:
        - {contract_no: C2, project_code: P2, title: 供水工程施工}
      milestone:
        - {project_code: P3, milestone_no: "9", title: 概算调整批复, status: met, met_on: 2024-09-01, amount: 1260000.00}
      payment:
        - &paid {project_code: P2, payee_name: 甲公司, amount: 600000.00, paid_on: 2025-04-01}
        - {<<: *paid, project_code: null, contract_no: C2, amount: 300000.00}
        - {<<: *paid, project_code: null, project_name: 溪口供水, amount: 200000.00, paid_on: 2025-05-01}
        - {<<: *paid, status: returned}
        - {<<: *paid, project_code: P4}
    expect:
      - {project_code: P1, over: 250000.00, measure: 竣工决算 final account, project_rows: [1]}
      - {project_code: P2, over: 100000.00, measure: 累计支付 payments, project_rows: [2], payment_rows: [1, 2, 3]}
*/
WITH works AS (
  SELECT row_id, unit_id, project_code, coalesce(name, project_code) AS name, currency, final_cost, settled, invested, paid,
    coalesce(final_on, completed_on, reported_on, approved_on) AS on_day, approved_on,
    coalesce(estimate, planned_total, proposed) AS estimate,
    regexp_replace(coalesce(name, ''), $noise, '', 'g') AS core
  FROM project
  WHERE coalesce(estimate, planned_total, proposed) > 0 AND coalesce(status, '') <> 'cancelled'
),
-- A name that several projects of a unit share says nothing about which one was paid for.
own_names AS (
  SELECT unit_id, core, min(row_id) AS project_row
  FROM works
  WHERE length(core) >= 4
  GROUP BY unit_id, core
  HAVING count(*) = 1
),
candidates AS (
  SELECT payment.row_id, works.row_id AS project_row, 1 AS certainty
  FROM payment
  JOIN works ON works.project_code = payment.project_code
  UNION ALL
  SELECT payment.row_id, works.row_id AS project_row, 2 AS certainty
  FROM payment
  JOIN contract ON contract.contract_no = payment.contract_no AND contract.unit_id = payment.unit_id
  JOIN works ON works.project_code = contract.project_code
  UNION ALL
  SELECT payment.row_id, own_names.project_row, 3 AS certainty
  FROM payment
  JOIN own_names ON own_names.unit_id = payment.unit_id
    AND own_names.core = regexp_replace(payment.project_name, $noise, '', 'g')
),
chosen AS (
  SELECT row_id, project_row, row_number() OVER (PARTITION BY row_id ORDER BY certainty, project_row) AS place
  FROM candidates
),
paid AS (
  SELECT chosen.project_row, payment.currency, sum(payment.amount) AS paid, max(payment.paid_on) AS last_paid_on,
    list_sort(list(payment.row_id)) AS payment_rows
  FROM chosen
  JOIN payment ON payment.row_id = chosen.row_id
  WHERE chosen.place = 1 AND coalesce(payment.status, 'paid') = 'paid'
  GROUP BY chosen.project_row, payment.currency
),
revised AS (
  SELECT project_code, currency, max(amount) AS estimate
  FROM milestone
  WHERE regexp_matches(coalesce(title, ''), $revised) AND amount > 0 AND (met_on IS NOT NULL OR status = 'met')
  GROUP BY project_code, currency
),
measured AS (
  SELECT works.row_id, works.unit_id, works.project_code, works.name, works.currency, works.approved_on, works.final_cost,
    greatest(works.estimate, coalesce(revised.estimate, works.estimate)) AS estimate,
    coalesce(works.settled, 0) AS settled, coalesce(works.invested, 0) AS invested,
    greatest(coalesce(works.paid, 0), coalesce(paid.paid, 0)) AS paid,
    coalesce(works.final_cost, greatest(coalesce(works.settled, 0), coalesce(works.invested, 0), coalesce(works.paid, 0),
      coalesce(paid.paid, 0))) AS spent,
    coalesce(works.on_day, paid.last_paid_on) AS on_day, paid.payment_rows
  FROM works
  LEFT JOIN paid ON paid.project_row = works.row_id AND paid.currency IS NOT DISTINCT FROM works.currency
  LEFT JOIN revised ON revised.project_code = works.project_code AND revised.currency IS NOT DISTINCT FROM works.currency
)
SELECT measured.unit_id, measured.project_code, measured.name, measured.currency, measured.on_day, measured.estimate,
  CAST(measured.spent AS DECIMAL(18, 2)) AS spent, CAST(measured.spent - measured.estimate AS DECIMAL(18, 2)) AS over,
  round(CAST(measured.spent - measured.estimate AS DOUBLE) / nullif(CAST(measured.estimate AS DOUBLE), 0) * 100, 1) AS percent,
  CASE WHEN measured.final_cost IS NOT NULL THEN '竣工决算 final account' WHEN measured.paid = measured.spent THEN '累计支付 payments'
    WHEN measured.settled = measured.spent THEN '结算审定 settlements' ELSE '完成投资 work done' END AS measure,
  list_sort(list(measured.row_id)) AS project_rows,
  list_sort(list_distinct(flatten(list(measured.payment_rows) FILTER (
    WHERE measured.payment_rows IS NOT NULL AND measured.final_cost IS NULL AND measured.paid = measured.spent)))) AS payment_rows
FROM measured
JOIN unit_parameter AS allowed ON allowed.unit_id = measured.unit_id AND allowed.name = 'project_over_estimate_share'
  AND coalesce(measured.on_day, DATE '2100-01-01') >= allowed.valid_from
  AND coalesce(measured.on_day, DATE '2100-01-01') < coalesce(allowed.valid_to, DATE '9999-12-31')
WHERE measured.spent > measured.estimate * (1 + CAST(allowed.value AS DECIMAL(9, 4)))
  AND measured.spent - measured.estimate >= $least_amount
GROUP BY measured.row_id, measured.unit_id, measured.project_code, measured.name, measured.currency, measured.on_day,
  measured.estimate, measured.spent, measured.final_cost, measured.paid, measured.settled
