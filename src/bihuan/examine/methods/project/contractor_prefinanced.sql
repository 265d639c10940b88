/*
id: contractor_prefinanced
title: {zh: 施工单位垫资建设, en: The contractor pre-finances the works}
status: stable
role: lead
level: high
basis: [invest-22]
why:
  zh: 政府投资项目不得由施工单位垫资。合同写明竣工后分年付款、付款用途是资金占用费，或者工程做了大半却几乎没有付款，都表明资金没有落实就开工，形成隐性债务。
  en: Contractors may not pre-finance government projects. Terms that pay years after completion, payments for the use of money, or works that stand while hardly anything was paid show that building began without funds, and leave hidden debt.
not_when:
  zh: 依法实施的特许经营、社会资本合作项目；企业自筹项目；付款走其他账户而未交来；进度虚报。
  en: A concession or partnership under the law; an enterprise's own project; payments from an account that was not handed over; progress overstated.
ask:
  zh: 施工合同付款条款和补充协议、资金来源文件、计量支付台账、有无融资利息约定、是否纳入隐性债务。
  en: Terms of payment and supplements, proof of funds, the register of measured payments, any agreed interest, whether it is in the register of hidden debt.
reads: [contract, unit_parameter]
optional: [payment, milestone, project]
population: {table: contract, where: "coalesce(status, 'active') <> 'cancelled' AND coalesce(project_code, project_name) IS NOT NULL"}
max_share: 0.3
scope: all
params:
  not_works: "监理|设计|勘察|咨询|检测|造价|代理|审计|supervision|design|consult"
  terms: "垫资|垫付|带资|BT模式|BT方式|(竣工|完工|验收)[^。;；,，]{0,10}后[,，]?[^。;；,，]{0,6}(一次性|分[0-9一二三四五六七八九十两]+(年|期)|逐年|第[0-9一二三]年)[^。;；,，]{0,6}(支付|付清|付款|回购|付)|资金占用费|主体(完工|封顶)前不(支付|付)"
  not_terms: "(不得|不应|不准|不许|不允许|不再|不|无需|无须|禁止|严禁|杜绝|无)[^。;；,，]{0,8}(垫资|带资|垫付)"
  retained: "[^。;；,，]*(质保金|质量保证金|保修金|缺陷责任)[^。;；,，]*"
  interest: "资金占用费|占用资金|垫资|垫付(资金|工程)|融资(利息|成本|费用)|延期付款利息"
  investor: "社会资本|特许经营|PPP|BOT|政府和社会资本|企业自筹|自有资金"
  begun: 0.4
  late_days: 120
  report_days: 31
lead: {unit: unit_id, subject: [project_key], amount: amount, currency: currency, on: on_day}
reason:
  zh: "“{title}”由{supplier_name}施工，合同价{amount}：{how}。"
  en: "“{title}”, built by {supplier_name} for {amount}: {how}."
examples:
  - says: terms of three years, a payment for the use of money, and works at nine tenths with nothing paid for months; usual terms, a concession, payment in step and a unit whose payments are not in the books are left alone
    given:
      project:
        - &works {project_code: P1, name: 甲工程, fund_source: 县级财政资金}
        - {<<: *works, project_code: P4, fund_source: 社会资本（特许经营）}
      contract:
        - &contract {contract_no: C1, project_code: P1, title: 甲工程施工, kind: construction, supplier_name: 甲公司, amount: 1000000.00, description: 工程竣工验收合格后分三年支付}
        - {<<: *contract, contract_no: C2, project_code: P2, title: 乙工程施工, description: 按进度支付80%}
        - {<<: *contract, contract_no: C3, project_code: P3, title: 丙工程施工, description: null}
        - {<<: *contract, contract_no: C4, project_code: P4, title: 丁工程施工}
        - {<<: *contract, contract_no: C5, project_code: P5, title: 戊工程施工, description: 承包人不得垫资}
        - {<<: *contract, contract_no: C6, project_code: P6, unit_id: U2, description: null}
      milestone:
        - &report {project_code: P3, milestone_no: 202501, title: 进度, progress: 0.5, reported_on: 2025-01-25}
        - {<<: *report, milestone_no: 202504, progress: 0.7, reported_on: 2025-04-25}
        - {<<: *report, milestone_no: 202507, progress: 0.9, reported_on: 2025-07-25}
        - {<<: *report, project_code: P5}
        - {<<: *report, project_code: P5, milestone_no: 202507, progress: 0.9, reported_on: 2025-07-25}
        - {<<: *report, project_code: P6, unit_id: U2}
        - {<<: *report, project_code: P6, unit_id: U2, milestone_no: 202507, progress: 0.9, reported_on: 2025-07-25}
      payment:
        - &paid {project_code: P2, contract_no: C2, payee_name: 甲公司, amount: 60000.00, purpose: 工程款及资金占用费, paid_on: 2025-03-01}
        - {<<: *paid, project_code: P3, contract_no: C3, purpose: 工程款, amount: 50000.00, paid_on: 2024-12-25}
        - {<<: *paid, project_code: P5, contract_no: C5, purpose: 工程款, amount: 400000.00, paid_on: 2025-01-10}
        - {<<: *paid, project_code: P5, contract_no: C5, purpose: 工程款, amount: 300000.00, paid_on: 2025-08-10}
    expect:
      - {project_key: P1, contract_rows: [1]}
      - {project_key: P2, contract_rows: [2], payment_rows: [1]}
      - {project_key: P3, contract_rows: [3], payment_rows: [2], milestone_rows: [1, 2, 3]}
  - says: a register at 85 % of whose contract hardly anything was paid, terms that pay in the first, second and third year; a prohibition in other words, retention money, a register that says what was paid and a payment two days after it are left alone
    given:
      project:
        - &shown {unit_id: 水利局, unit_name: 水利局, project_code: R1, name: 甲工程, progress: 0.85, started_on: 2024-08-01, reported_on: 2025-11-30}
        - {<<: *shown, project_code: R2}
        - {<<: *shown, project_code: R3}
        - {<<: *shown, project_code: R4}
        - {<<: *shown, project_code: R5, paid: 600000.00}
        - {<<: *shown, project_code: R6}
      contract:
        - &terms {unit_id: 水利局, contract_no: R1, project_code: R1, title: 甲工程施工, supplier_name: 甲公司, amount: 1000000.00, payment_terms: 按合同约定支付}
        - {<<: *terms, contract_no: R2, project_code: R2, payment_terms: 完工后第一年付30%，第二年付30%，第三年付清}
        - {<<: *terms, contract_no: R3, project_code: R3, payment_terms: 不得要求施工单位垫资；按月支付至80%}
        - {<<: *terms, contract_no: R5, project_code: R5}
        - {<<: *terms, contract_no: R6, project_code: R6}
        - {<<: *terms, contract_no: R4, project_code: R4, payment_terms: 按月支付至80%，质保金在验收合格后一次性支付}
      payment:
        - &little {unit_id: "102", unit_name: 水利局, project_code: R1, contract_no: R1, payee_name: 甲公司, amount: 20000.00, paid_on: 2024-09-01, purpose: 工程款}
        - {<<: *little, project_code: R2, contract_no: R2, amount: 700000.00}
        - {<<: *little, project_code: R3, contract_no: R3, amount: 700000.00}
        - {<<: *little, project_code: R6, contract_no: R6, amount: 700000.00, paid_on: 2025-12-02}
        - {<<: *little, project_code: R4, contract_no: R4, amount: 700000.00, paid_on: 2025-10-01}
        - {<<: *little, project_code: null, contract_no: null, payee_name: 乙公司, paid_on: 2024-07-01}
    expect:
      - {project_key: R1, contract_rows: [1], payment_rows: [1], project_rows: [1]}
      - {project_key: R2, contract_rows: [2]}
*/
WITH builds AS (
  SELECT contract.row_id, contract.unit_id, coalesce(contract.project_code, contract.project_name) AS project_key,
    contract.project_code, contract.contract_no, coalesce(contract.title, contract.project_name, contract.contract_no) AS title,
    contract.supplier_name, contract.currency, coalesce(contract.signed_on, contract.start_on) AS signed_on,
    greatest(coalesce(contract.amount, 0), coalesce(contract.changed_amount, contract.amount, 0)) AS amount,
    regexp_replace(concat_ws(' ', contract.payment_terms, contract.description, contract.title), $retained, '', 'g') AS terms
  FROM contract
  LEFT JOIN project ON project.project_code = contract.project_code
  WHERE coalesce(contract.status, 'active') <> 'cancelled' AND coalesce(contract.project_code, contract.project_name) IS NOT NULL
    AND NOT regexp_matches(concat_ws(' ', contract.kind, contract.title), $not_works)
    AND NOT regexp_matches(concat_ws(' ', contract.payment_terms, contract.description, contract.fund_type, project.fund_source), $investor)
),
matched AS (
  SELECT builds.project_key, builds.row_id AS contract_row, payment.row_id, payment.paid_on, payment.amount, payment.purpose
  FROM payment
  JOIN builds ON builds.contract_no = payment.contract_no
    AND (builds.unit_id = payment.unit_id OR builds.unit_id = payment.unit_name OR builds.project_code = payment.project_code)
  WHERE coalesce(payment.status, 'paid') = 'paid'
  UNION ALL
  SELECT builds.project_key, builds.row_id AS contract_row, payment.row_id, payment.paid_on, payment.amount, payment.purpose
  FROM payment
  JOIN builds ON builds.project_code = payment.project_code AND builds.supplier_name = payment.payee_name
  WHERE payment.contract_no IS NULL AND coalesce(payment.status, 'paid') = 'paid'
),
paid AS (
  SELECT project_key, row_id, paid_on, amount, coalesce(purpose, '') AS purpose
  FROM matched
  GROUP BY project_key, row_id, paid_on, amount, coalesce(purpose, '')
),
-- Silence says something only where the unit's payments reach over the months that are looked at.
payers AS (
  SELECT unit_id, paid_on
  FROM payment
  UNION ALL
  SELECT unit_name AS unit_id, paid_on
  FROM payment
  WHERE unit_name IS NOT NULL AND unit_name <> unit_id
),
books AS (
  SELECT unit_id, min(paid_on) AS first_on, max(paid_on) AS last_on
  FROM payers
  GROUP BY unit_id
),
owed AS (
  SELECT project_key, unit_id, sum(amount) AS amount
  FROM builds
  GROUP BY project_key, unit_id
),
reports AS (
  SELECT owed.project_key, owed.unit_id, owed.amount, milestone.row_id, milestone.reported_on,
    least(milestone.progress, 1) AS progress, sum(coalesce(paid.amount, 0)) AS paid
  FROM owed
  JOIN books ON books.unit_id = owed.unit_id
  JOIN milestone ON milestone.project_code = owed.project_key AND milestone.progress >= $begun
    AND milestone.due_on IS NULL AND milestone.reported_on >= books.first_on AND milestone.reported_on <= books.last_on
  LEFT JOIN paid ON paid.project_key = owed.project_key AND paid.paid_on <= milestone.reported_on
  GROUP BY owed.project_key, owed.unit_id, owed.amount, milestone.row_id, milestone.reported_on, milestone.progress
),
-- A register tells the progress once; then the time since the works began stands for the months of the reports.
registered AS (
  SELECT owed.project_key, owed.unit_id, owed.amount, project.row_id, project.started_on, project.reported_on,
    least(project.progress, 1) AS progress, greatest(sum(coalesce(paid.amount, 0)), coalesce(max(project.paid), 0)) AS paid
  FROM owed
  JOIN books ON books.unit_id = owed.unit_id
  JOIN project ON project.project_code = owed.project_key AND project.progress >= $begun
    AND project.started_on >= books.first_on AND project.reported_on <= books.last_on + INTERVAL 1 DAY * $late_days
  LEFT JOIN paid ON paid.project_key = owed.project_key
    AND paid.paid_on <= project.reported_on + INTERVAL 1 DAY * $report_days
  GROUP BY owed.project_key, owed.unit_id, owed.amount, project.row_id, project.started_on, project.reported_on, project.progress
),
starved_by_reports AS (
  SELECT reports.project_key, reports.unit_id, min(reports.reported_on) AS first_on, max(reports.reported_on) AS last_on,
    max(reports.progress) AS progress, arg_max(reports.paid, reports.reported_on) AS paid,
    date_diff('day', min(reports.reported_on), max(reports.reported_on)) AS days, max(CAST(days.value AS INTEGER)) AS least_days,
    list_sort(list(DISTINCT reports.row_id)) AS milestone_rows
  FROM reports
  JOIN unit_parameter AS share ON share.unit_id = reports.unit_id AND share.name = 'project_prefinanced_paid_share'
    AND reports.reported_on >= share.valid_from AND reports.reported_on < coalesce(share.valid_to, DATE '9999-12-31')
  JOIN unit_parameter AS days ON days.unit_id = reports.unit_id AND days.name = 'project_prefinanced_days'
    AND reports.reported_on >= days.valid_from AND reports.reported_on < coalesce(days.valid_to, DATE '9999-12-31')
  WHERE reports.amount > 0 AND reports.paid < reports.amount * reports.progress * CAST(share.value AS DECIMAL(9, 4))
  GROUP BY reports.project_key, reports.unit_id
),
starved AS (
  SELECT project_key, unit_id, last_on, progress, paid, days, least_days, milestone_rows, NULL AS project_row
  FROM starved_by_reports
  UNION ALL
  SELECT registered.project_key, registered.unit_id, registered.reported_on AS last_on, registered.progress, registered.paid,
    date_diff('day', registered.started_on, registered.reported_on) AS days, CAST(days.value AS INTEGER) AS least_days,
    NULL AS milestone_rows, registered.row_id AS project_row
  FROM registered
  ANTI JOIN reports ON reports.project_key = registered.project_key
  JOIN unit_parameter AS share ON share.unit_id = registered.unit_id AND share.name = 'project_prefinanced_paid_share'
    AND registered.reported_on >= share.valid_from AND registered.reported_on < coalesce(share.valid_to, DATE '9999-12-31')
  JOIN unit_parameter AS days ON days.unit_id = registered.unit_id AND days.name = 'project_prefinanced_days'
    AND registered.reported_on >= days.valid_from AND registered.reported_on < coalesce(days.valid_to, DATE '9999-12-31')
  WHERE registered.amount > 0 AND registered.paid < registered.amount * registered.progress * CAST(share.value AS DECIMAL(9, 4))
),
paid_rows AS (
  SELECT project_key, list_sort(list(DISTINCT row_id)) AS payment_rows,
    list_sort(list(DISTINCT row_id) FILTER (WHERE regexp_matches(purpose, $interest))) AS interest_rows
  FROM paid
  GROUP BY project_key
),
early AS (
  SELECT paid.project_key, list_sort(list(DISTINCT paid.row_id)) AS payment_rows
  FROM paid
  JOIN starved ON starved.project_key = paid.project_key AND paid.paid_on <= starved.last_on
  GROUP BY paid.project_key
),
told AS (
  SELECT builds.unit_id, builds.project_key, builds.row_id, builds.title, builds.supplier_name, builds.amount, builds.currency,
    builds.signed_on, regexp_matches(builds.terms, $terms) AND NOT regexp_matches(builds.terms, $not_terms) AS says_so,
    coalesce(array_length(paid_rows.interest_rows), 0) AS interests,
    coalesce(starved.days >= starved.least_days, false) AS is_starved, starved.last_on, starved.progress, starved.paid,
    CASE WHEN coalesce(starved.days >= starved.least_days, false)
        THEN CASE WHEN coalesce(array_length(paid_rows.interest_rows), 0) > 0 THEN paid_rows.payment_rows ELSE early.payment_rows END
      ELSE paid_rows.interest_rows END AS payment_rows,
    CASE WHEN coalesce(starved.days >= starved.least_days, false) THEN starved.milestone_rows END AS milestone_rows,
    CASE WHEN coalesce(starved.days >= starved.least_days, false) THEN starved.project_row END AS project_row
  FROM builds
  LEFT JOIN paid_rows ON paid_rows.project_key = builds.project_key
  LEFT JOIN starved ON starved.project_key = builds.project_key AND starved.unit_id = builds.unit_id
  LEFT JOIN early ON early.project_key = builds.project_key
)
SELECT unit_id, project_key, max(title) AS title, max(supplier_name) AS supplier_name,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS amount, max(currency) AS currency, coalesce(max(last_on), max(signed_on)) AS on_day,
  concat_ws('、',
    CASE WHEN bool_or(says_so) THEN '合同约定垫资或竣工后分年付款 terms say so' END,
    CASE WHEN max(interests) > 0 THEN '支付资金占用费 pays for the use of money' END,
    CASE WHEN bool_or(is_starved) THEN concat('至', CAST(max(last_on) AS VARCHAR), '进度', CAST(max(CAST(round(progress * 100) AS BIGINT)) AS VARCHAR),
      '%而仅付 progress while only paid ', CAST(max(paid) AS VARCHAR)) END) AS how,
  list_sort(list(DISTINCT row_id)) AS contract_rows,
  list_sort(list_distinct(flatten(list(payment_rows) FILTER (WHERE payment_rows IS NOT NULL)))) AS payment_rows,
  list_sort(list_distinct(flatten(list(milestone_rows) FILTER (WHERE milestone_rows IS NOT NULL)))) AS milestone_rows,
  list_sort(list(DISTINCT project_row) FILTER (WHERE project_row IS NOT NULL)) AS project_rows
FROM told
WHERE says_so OR interests > 0 OR is_starved
GROUP BY unit_id, project_key
