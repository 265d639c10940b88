/*
id: paid_ahead_of_progress
title: {zh: 超进度支付工程款, en: Paid ahead of the progress of the works}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 累计付给施工单位的比例明显高于形象进度，多付部分没有对应的工程，资金可能被挪走，年底突击支付也常见于此。
  en: Far more of the contract was paid than of the works stands. The surplus buys nothing yet and may be used elsewhere; spending in haste at the end of the year looks like this.
not_when:
  zh: 合同约定的较高预付款或材料预付；进度月报滞后、少报；付款包含另一合同的款项。
  en: A higher advance, or material on site, that the contract provides for; reports that lag behind; payments of another contract.
ask:
  zh: 合同付款条款、计量支付证书、监理月报、现场形象进度照片、资金支付后的去向。
  en: The terms of payment, the certificates of measurement, the supervisor's reports, photos of the site, where the money went.
reads: [project, unit_parameter]
optional: [payment, contract, milestone]
population: {table: project, where: "coalesce(status, '') <> 'cancelled'"}
max_share: 0.2
scope: all
params:
  not_works: "监理|设计|勘察|咨询|检测|造价|代理|审计|supervision|design|consult"
  tolerance: 0.05
  report_days: 31
  stale_days: 75
  least_amount: 50000
  noise: "(工程|项目|建设|[镇乡]|[[:space:]()（）“”—·.,-])"
lead: {unit: unit_id, subject: [project_code, contract_no], amount: ahead, currency: currency, on: paid_on}
reason:
  zh: "“{title}”合同价{contract_amount}，至{paid_on}已付{paid}（{paid_percent}%），而形象进度为{progress_percent}%（{reported_on}填报），超付约{ahead}。"
  en: "“{title}”, contract {contract_amount}: {paid} ({paid_percent} %) was paid by {paid_on} while progress was {progress_percent} % (reported {reported_on}); about {ahead} is ahead."
remedy: |
  WITH orders AS (
    SELECT contract.row_id AS contract_row, payment.row_id, payment.amount
    FROM contract
    JOIN payment ON payment.contract_no = contract.contract_no AND payment.unit_id = contract.unit_id
    WHERE coalesce(payment.status, 'paid') = 'paid' AND payment.currency IS NOT DISTINCT FROM contract.currency
    UNION ALL
    SELECT contract.row_id AS contract_row, payment.row_id, payment.amount
    FROM contract
    JOIN payment ON payment.payee_name = contract.supplier_name AND payment.unit_id = contract.unit_id
    WHERE payment.contract_no IS NULL AND coalesce(payment.status, 'paid') = 'paid'
      AND payment.currency IS NOT DISTINCT FROM contract.currency
  ),
  paid AS (
    SELECT contract.unit_id, contract.project_code, contract.contract_no, contract.amount, sum(orders.amount) AS paid,
      list_sort(list(orders.row_id) FILTER (WHERE orders.amount < 0)) AS payment_rows
    FROM orders
    JOIN contract ON contract.row_id = orders.contract_row
    GROUP BY contract.unit_id, contract.project_code, contract.contract_no, contract.amount
  ),
  last_report AS (
    SELECT project_code, max(progress) AS progress, arg_max(row_id, concat(CAST(progress + 1 AS VARCHAR), CAST(reported_on AS VARCHAR))) AS row_id
    FROM milestone
    WHERE progress IS NOT NULL AND reported_on IS NOT NULL AND due_on IS NULL
    GROUP BY project_code
  )
  SELECT paid.unit_id, paid.project_code, paid.contract_no,
    list_sort(list_distinct(flatten(list(paid.payment_rows) FILTER (WHERE paid.payment_rows IS NOT NULL)))) AS payment_rows,
    list_sort(list(last_report.row_id)) AS milestone_rows
  FROM paid
  JOIN last_report ON last_report.project_code = paid.project_code
  WHERE paid.paid <= paid.amount * (least(last_report.progress, 1) + CAST($tolerance AS DECIMAL(9, 4)))
  GROUP BY paid.unit_id, paid.project_code, paid.contract_no
examples:
  - says: eight tenths paid at four tenths built, one payment without code and contract; a register that says so in one row; an advance, payments in step, the supervisor's fee and stale reports are left alone
    given:
      project:
        - &works {project_code: P1, name: 石桥镇老街修缮工程, status: implementation}
        - {<<: *works, project_code: P2, name: 溪口镇供水工程}
        - {<<: *works, project_code: P3, name: 河湾镇桥梁工程}
        - {<<: *works, project_code: P4, name: 白云镇学校工程}
        - {<<: *works, project_code: P5, name: 龙泉镇泵站工程, planned_total: 1000000.00, paid: 700000.00, progress: 0.45, reported_on: 2025-12-25}
        - {<<: *works, project_code: P6, name: 柳林镇泵站工程, planned_total: 1000000.00, paid: 700000.00, progress: 0.72, reported_on: 2025-12-25}
      contract:
        - &contract {contract_no: C0, project_code: P9, title: 施工, kind: construction, supplier_name: 甲公司, amount: 1000000.00}
        - {<<: *contract, contract_no: C1, project_code: P1, title: 老街修缮施工, supplier_name: 乙公司}
        - {<<: *contract, contract_no: C2, project_code: P2}
        - {<<: *contract, contract_no: C3, project_code: P3}
        - {<<: *contract, contract_no: J1, project_code: P1, title: 老街修缮监理, kind: supervision, supplier_name: 监理公司, amount: 90000.00}
        - {<<: *contract, contract_no: C4, project_code: P4}
      milestone:
        - &report {project_code: P1, milestone_no: 202511, title: 11月进度, progress: 0.38, reported_on: 2025-11-25}
        - {<<: *report, milestone_no: 202512, progress: 0.40, reported_on: 2025-12-25}
        - {<<: *report, project_code: P2, progress: 0.05}
        - {<<: *report, project_code: P3, progress: 0.85}
        - {<<: *report, project_code: P4, progress: 0.10, reported_on: 2025-05-25}
      payment:
        - &paid {project_code: P1, contract_no: C1, project_name: 石桥镇老街修缮工程, payee_name: 乙公司, amount: 300000.00, paid_on: 2025-06-01}
        - {<<: *paid, project_code: null, contract_no: null, project_name: 石桥老街修缮, amount: 500000.00, paid_on: 2025-12-20}
        - {<<: *paid, project_code: P2, contract_no: C2, payee_name: 甲公司, paid_on: 2025-11-01}
        - {<<: *paid, project_code: P3, contract_no: C3, payee_name: 甲公司, amount: 800000.00, paid_on: 2025-12-01}
        - {<<: *paid, contract_no: J1, payee_name: 监理公司, amount: 80000.00}
        - {<<: *paid, project_code: P4, contract_no: C4, payee_name: 甲公司, amount: 800000.00, paid_on: 2025-12-01}
        - {<<: *paid, project_code: P4, contract_no: C4, payee_name: 甲公司, amount: -700000.00, paid_on: 2025-12-02}
    expect:
      - {project_code: P1, contract_no: C1, ahead: 400000.00, paid_percent: 80, progress_percent: 40, payment_rows: [1, 2], contract_rows: [2], milestone_rows: [2]}
      - {project_code: P5, ahead: 250000.00, paid_percent: 70, progress_percent: 45, project_rows: [5]}
    remedied:
      - {project_code: P3, contract_no: C3, milestone_rows: [4]}
      - {project_code: P4, contract_no: C4, payment_rows: [7], milestone_rows: [5]}
  - says: payments under the treasury's code of the unit; a register that says how much was paid where no order was handed over; more paid than built by value though the percentage is high
    given:
      project:
        - &building {unit_id: 交通局, unit_name: 交通局, project_code: P1, name: 甲工程, status: implementation, planned_total: 1000000.00, progress: 0.35, reported_on: 2025-11-30}
        - {<<: *building, project_code: P2, paid: 700000.00}
        - {<<: *building, project_code: P3, progress: 0.95, invested: 400000.00}
        - {<<: *building, project_code: P4, progress: 0.95, invested: 600000.00}
      contract:
        - &signed {unit_id: 交通局, contract_no: C1, project_code: P1, title: 甲工程施工, supplier_name: 甲公司, amount: 1000000.00}
        - {<<: *signed, contract_no: C2, project_code: P2}
        - {<<: *signed, contract_no: C3, project_code: P3}
        - {<<: *signed, contract_no: C4, project_code: P4}
      payment:
        - &order {unit_id: "101", unit_name: 交通局, project_code: P1, contract_no: C1, payee_name: 甲公司, amount: 800000.00, paid_on: 2025-06-01}
        - {<<: *order, project_code: P3, contract_no: C3}
        - {<<: *order, project_code: P4, contract_no: C4}
    expect:
      - {project_code: P1, contract_no: C1, ahead: 450000.00, payment_rows: [1], contract_rows: [1], project_rows: [1]}
      - {project_code: P2, contract_no: C2, ahead: 350000.00, project_rows: [2]}
      - {project_code: P3, contract_no: C3, ahead: 400000.00, payment_rows: [2], project_rows: [3]}
*/
WITH signed AS (
  SELECT contract.row_id, contract.unit_id, contract.project_code, contract.contract_no,
    coalesce(contract.title, contract.project_name, contract.contract_no) AS title, contract.supplier_name, contract.currency,
    greatest(contract.amount, coalesce(contract.changed_amount, contract.amount)) AS contract_amount,
    regexp_replace(coalesce(project.name, contract.project_name, ''), $noise, '', 'g') AS core
  FROM contract
  JOIN project ON project.project_code = contract.project_code
  WHERE contract.amount > 0 AND coalesce(contract.status, 'active') <> 'cancelled'
    AND NOT regexp_matches(concat_ws(' ', contract.kind, contract.title), $not_works)
),
with_contract AS (
  SELECT project_code
  FROM signed
  GROUP BY project_code
),
-- Where the contract of the works was not handed over, the project stands in for it with its whole sum.
builds AS (
  SELECT concat('c', CAST(row_id AS VARCHAR)) AS build, unit_id, project_code, contract_no, title, supplier_name, currency,
    contract_amount, core, row_id AS contract_row, NULL AS project_row
  FROM signed
  UNION ALL
  SELECT concat('p', CAST(project.row_id AS VARCHAR)) AS build, project.unit_id, project.project_code, '' AS contract_no,
    coalesce(project.name, project.project_code) AS title, project.contractor_name AS supplier_name, project.currency,
    coalesce(project.reviewed, project.estimate, project.planned_total) AS contract_amount,
    regexp_replace(coalesce(project.name, ''), $noise, '', 'g') AS core, NULL AS contract_row, project.row_id AS project_row
  FROM project
  LEFT JOIN with_contract ON with_contract.project_code = project.project_code
  WHERE with_contract.project_code IS NULL AND coalesce(project.status, '') <> 'cancelled' AND project.building IS NULL
    AND coalesce(project.reviewed, project.estimate, project.planned_total) > 0
),
candidates AS (
  SELECT payment.row_id, builds.build, 1 AS certainty
  FROM payment
  JOIN builds ON builds.contract_no = payment.contract_no AND builds.contract_row IS NOT NULL
    AND (builds.unit_id = payment.unit_id OR builds.unit_id = payment.unit_name OR builds.project_code = payment.project_code)
  UNION ALL
  SELECT payment.row_id, builds.build, 2 AS certainty
  FROM payment
  JOIN builds ON builds.project_code = payment.project_code AND builds.supplier_name = payment.payee_name
    AND builds.contract_row IS NOT NULL
  WHERE payment.contract_no IS NULL
  UNION ALL
  SELECT payment.row_id, builds.build, 3 AS certainty
  FROM payment
  JOIN builds ON (builds.unit_id = payment.unit_id OR builds.unit_id = payment.unit_name)
    AND builds.supplier_name = payment.payee_name AND length(builds.core) >= 4
    AND builds.core = regexp_replace(payment.project_name, $noise, '', 'g')
  WHERE payment.contract_no IS NULL AND payment.project_code IS NULL
  UNION ALL
  SELECT payment.row_id, builds.build, 4 AS certainty
  FROM payment
  JOIN builds ON builds.project_code = payment.project_code AND builds.contract_row IS NULL
  WHERE NOT regexp_matches(concat_ws(' ', payment.purpose, payment.payee_name), $not_works)
    AND (builds.supplier_name IS NULL OR builds.supplier_name = payment.payee_name)
),
chosen AS (
  SELECT row_id, build, row_number() OVER (PARTITION BY row_id ORDER BY certainty, build) AS place
  FROM candidates
),
orders AS (
  SELECT chosen.build, payment.row_id AS payment_row, payment.paid_on, payment.amount, payment.currency
  FROM chosen
  JOIN payment ON payment.row_id = chosen.row_id
  WHERE chosen.place = 1 AND coalesce(payment.status, 'paid') = 'paid'
),
with_orders AS (
  SELECT builds.project_code
  FROM orders
  JOIN builds ON builds.build = orders.build
  GROUP BY builds.project_code
),
one_contract AS (
  SELECT project_code
  FROM builds
  GROUP BY project_code
  HAVING count(*) = 1
),
-- Without any order the register's own sum is taken, for the one contract or for the project as a whole.
paid AS (
  SELECT build, payment_row, paid_on, amount, currency
  FROM orders
  UNION ALL
  SELECT builds.build, NULL AS payment_row, project.reported_on AS paid_on, project.paid AS amount, project.currency
  FROM builds
  JOIN one_contract ON one_contract.project_code = builds.project_code
  JOIN project ON project.project_code = builds.project_code
  LEFT JOIN with_orders ON with_orders.project_code = builds.project_code
  WHERE with_orders.project_code IS NULL AND project.paid > 0 AND project.progress IS NOT NULL AND project.reported_on IS NOT NULL
),
by_day AS (
  SELECT build, currency, paid_on, sum(amount) AS amount
  FROM paid
  GROUP BY build, currency, paid_on
),
running AS (
  SELECT build, currency, paid_on,
    sum(amount) OVER (PARTITION BY build, currency ORDER BY paid_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS paid
  FROM by_day
),
reports AS (
  SELECT project_code, reported_on, progress, row_id AS milestone_row
  FROM milestone
  WHERE progress IS NOT NULL AND reported_on IS NOT NULL AND due_on IS NULL
  UNION ALL
  SELECT project_code, reported_on, progress, NULL AS milestone_row
  FROM project
  WHERE progress IS NOT NULL AND reported_on IS NOT NULL
),
told AS (
  SELECT project_code, max(row_id) AS project_row
  FROM project
  WHERE progress IS NOT NULL AND reported_on IS NOT NULL
  GROUP BY project_code
),
-- Works that go on and for which more was paid than was built by value, whatever percentage is told.
built AS (
  SELECT project_code, max(invested) AS invested, max(reported_on) AS reported_on, max(row_id) AS project_row
  FROM project
  WHERE invested > 0 AND reported_on IS NOT NULL AND completed_on IS NULL AND final_cost IS NULL
    AND coalesce(status, 'implementation') = 'implementation'
  GROUP BY project_code
),
first_reports AS (
  SELECT project_code, min(reported_on) AS first_on
  FROM reports
  GROUP BY project_code
),
-- What the next monthly report says counts for the payment too, so that a report a few weeks late accuses nobody;
-- of payments long before the first report, that one tells at least what stood then.
seen AS (
  SELECT builds.build, running.paid_on, running.paid, running.currency,
    max(reports.progress) AS progress, arg_max(reports.reported_on, concat(CAST(reports.progress + 1 AS VARCHAR), CAST(reports.reported_on AS VARCHAR))) AS reported_on,
    arg_max(reports.milestone_row, concat(CAST(reports.progress + 1 AS VARCHAR), CAST(reports.reported_on AS VARCHAR))) AS milestone_row,
    max(reports.reported_on) AS last_report
  FROM running
  JOIN builds ON builds.build = running.build AND builds.currency IS NOT DISTINCT FROM running.currency
  JOIN first_reports ON first_reports.project_code = builds.project_code
  JOIN reports ON reports.project_code = builds.project_code
    AND (date_diff('day', running.paid_on, reports.reported_on) <= $report_days
      OR reports.reported_on = first_reports.first_on)
  GROUP BY builds.build, running.paid_on, running.paid, running.currency
),
excess AS (
  SELECT builds.build, builds.unit_id, builds.project_code, builds.contract_no, builds.title, builds.currency,
    builds.contract_amount, builds.contract_row, coalesce(builds.project_row, built.project_row, told.project_row) AS project_row, seen.paid_on, seen.paid, seen.progress, seen.reported_on,
    seen.milestone_row, seen.paid - least(builds.contract_amount * least(seen.progress, 1), coalesce(built.invested, builds.contract_amount)) AS ahead,
    row_number() OVER (PARTITION BY builds.build
      ORDER BY seen.paid - least(builds.contract_amount * least(seen.progress, 1), coalesce(built.invested, builds.contract_amount)) DESC, seen.paid_on DESC) AS place
  FROM seen
  JOIN builds ON builds.build = seen.build
  JOIN unit_parameter AS allowed ON allowed.unit_id = builds.unit_id AND allowed.name = 'project_prepayment_share'
    AND seen.paid_on >= allowed.valid_from AND seen.paid_on < coalesce(allowed.valid_to, DATE '9999-12-31')
  LEFT JOIN told ON told.project_code = builds.project_code AND seen.milestone_row IS NULL
  LEFT JOIN built ON built.project_code = builds.project_code
    AND date_diff('day', built.reported_on, seen.paid_on) <= $report_days
  WHERE date_diff('day', seen.last_report, seen.paid_on) <= $stale_days
    -- Works that stand in full may cost more than the contract; that is a question for the final account.
    AND (seen.progress < 1 AND seen.paid > builds.contract_amount
        * (greatest(CAST(allowed.value AS DECIMAL(9, 4)), least(seen.progress, 1)) + CAST($tolerance AS DECIMAL(9, 4)))
      OR seen.paid > built.invested + builds.contract_amount * CAST(allowed.value AS DECIMAL(9, 4)))
)
SELECT excess.unit_id, excess.project_code, excess.contract_no, excess.title, excess.currency, excess.contract_amount,
  excess.paid_on, excess.reported_on, CAST(excess.paid AS DECIMAL(18, 2)) AS paid, CAST(excess.ahead AS DECIMAL(18, 2)) AS ahead,
  round(CAST(excess.paid AS DOUBLE) / nullif(CAST(excess.contract_amount AS DOUBLE), 0) * 100, 1) AS paid_percent,
  round(CAST(excess.progress AS DOUBLE) * 100, 1) AS progress_percent,
  list_sort(list(DISTINCT paid.payment_row) FILTER (WHERE paid.payment_row IS NOT NULL)) AS payment_rows,
  list_sort(list(DISTINCT excess.contract_row) FILTER (WHERE excess.contract_row IS NOT NULL)) AS contract_rows,
  list_sort(list(DISTINCT excess.project_row) FILTER (WHERE excess.project_row IS NOT NULL)) AS project_rows,
  list_sort(list(DISTINCT excess.milestone_row) FILTER (WHERE excess.milestone_row IS NOT NULL)) AS milestone_rows
FROM excess
JOIN paid ON paid.build = excess.build AND paid.currency IS NOT DISTINCT FROM excess.currency AND paid.paid_on <= excess.paid_on
WHERE excess.place = 1 AND excess.ahead >= $least_amount
GROUP BY excess.unit_id, excess.project_code, excess.contract_no, excess.title, excess.currency, excess.contract_amount,
  excess.paid_on, excess.reported_on, excess.paid, excess.ahead, excess.progress
