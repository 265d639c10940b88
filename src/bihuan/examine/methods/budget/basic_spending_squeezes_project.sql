/*
id: basic_spending_squeezes_project
title: {zh: 项目资金列支基本支出, en: Project money pays for basic spending}
status: stable
role: lead
level: high
basis: [budget-13]
why:
  zh: 在项目支出中列支人员工资津补贴、水电物业等日常公用经费，挤占了项目资金，也使基本支出不实。
  en: Wages, allowances, utilities and other running costs paid from project money squeeze the project and falsify basic spending.
not_when:
  zh: 项目批复中明确含有人员或运转内容；科研、普查等项目按规定可列劳务、水电。
  en: The approved project includes staff or running costs; research or census projects that may pay them.
ask:
  zh: 项目预算批复的支出明细、支付申请和单位基本支出预算执行情况。
  en: The project's approved breakdown, the applications, and how basic spending went.
reads: [payment]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND budget_kind = 'project'"}
scope: row
params: {least_amount: 1000}
lead: {unit: unit_id, subject: [project, use, paid_year], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "项目“{project}”{paid_year}年列支属于基本支出的“{use}”{times}笔共{total}（{purposes}）。"
  en: "Project “{project}” paid {total} in {times} payments in {paid_year} for “{use}”, which is basic spending ({purposes})."
examples:
  - says: wages and electricity out of a project; basic spending, a staff project and works are left alone
    given:
      payment:
        - &paid {unit_id: U1, project_name: 农田水利建设, budget_kind: project, amount: 64000.00, purpose: 发放临聘人员工资, economic_code: "30199", payee_name: 工资代发户, paid_on: 2025-05-06, currency: CNY}
        - {<<: *paid, purpose: 机关电费, economic_code: "30206", amount: 12000.00}
        - {<<: *paid, budget_kind: basic}
        - {<<: *paid, project_name: 公益性岗位人员工资}
        - {<<: *paid, purpose: 渠道衬砌工程款, economic_code: "31005"}
        - {<<: *paid, purpose: 农民工工资专户, economic_code: "31005"}
        - {<<: *paid, purpose: 食堂电费, economic_code: "30206", amount: 7000.00, payee_name: 供电公司}
        - {<<: *paid, purpose: 退食堂电费, economic_code: "30206", amount: -7000.00, payee_name: 供电公司, paid_on: 2025-07-01}
        - {<<: *paid, project_name: 统计普查, purpose: 工作经费, economic_code: "30299", amount: 26000.00, payee_name: 国网云禾县供电公司}
        - {<<: *paid, project_name: 统计普查, purpose: 线路迁改, economic_code: "30299", payee_name: 国网云禾县供电公司}
        - {<<: *paid, project_name: 抗旱, purpose: 抗旱补助, economic_code: "30399", payee_name: 工资代发户}
    expect:
      - {unit_id: U1, project: 统计普查, use: 水电物业, total: 26000.00, payment_rows: [9]}
      - {unit_id: U1, use: 人员经费, total: 64000.00, payment_rows: [1]}
      - {unit_id: U1, use: 水电物业, total: 12000.00, payment_rows: [2]}
*/
WITH -- What came back answers the latest payment of that sum to that payee, one for one.
returns AS (
  SELECT unit_id, coalesce(payee_name, payee_id) AS payee, -amount AS amount, paid_on,
    row_number() OVER (PARTITION BY unit_id, coalesce(payee_name, payee_id), amount ORDER BY paid_on DESC, row_id DESC) AS place
  FROM payment
  WHERE amount < 0 AND coalesce(status, 'paid') IN ('paid', 'returned')
),
last_return AS (
  SELECT unit_id, payee, amount, max(paid_on) AS paid_on
  FROM returns
  GROUP BY unit_id, payee, amount
),
gone_out AS (
  SELECT payment.row_id, payment.unit_id, last_return.payee, payment.amount, payment.paid_on,
    row_number() OVER (PARTITION BY payment.unit_id, last_return.payee, payment.amount
      ORDER BY payment.paid_on DESC, payment.row_id DESC) AS place
  FROM payment
  JOIN last_return ON last_return.unit_id = payment.unit_id AND last_return.payee = coalesce(payment.payee_name, payment.payee_id)
    AND last_return.amount = payment.amount AND payment.paid_on <= last_return.paid_on
  WHERE payment.amount > 0 AND coalesce(payment.status, 'paid') = 'paid'
),
answered AS (
  SELECT gone_out.row_id
  FROM gone_out
  JOIN returns ON returns.unit_id = gone_out.unit_id AND returns.payee = gone_out.payee AND returns.amount = gone_out.amount
    AND returns.place = gone_out.place AND returns.paid_on >= gone_out.paid_on
),
kinds AS (
  SELECT use, code_pattern, word_pattern, payee_pattern, project_pattern FROM (VALUES
    ('人员经费', '^(301|30301|30302|30305)', '工资|津贴|津补贴|绩效|奖金|社保|公积金|养老保险|加班费|值班补助', '工资.?户|工资代发|代发工资', '人员|工资|岗位|补助|薪|聘|津贴|三支一扶|特岗|村干部|教师|社保|养老|保险'),
    ('水电物业', '^(30205|30206|30208|30209)', '水费|电费|物业|取暖费|燃气费', '(国网|供电|电力|自来水|供水|燃气|热力).{0,8}(公司|局|所)$', '水电|物业|运转|运行|保障|取暖|供暖|电费|水费'),
    ('日常公用', '^(30207|30228|30229|30231|30239)', '电话费|工会经费|福利费|公车|车辆运行|公务用车|油费|加油', '加油站$', '公车|车辆|用车|工会|运转|运行|网络|通信|信息')
  ) AS words(use, code_pattern, word_pattern, payee_pattern, project_pattern)
),
paid AS (
  SELECT row_id, unit_id, coalesce(project_name, project_code, indicator_no, '') AS project, amount, currency, paid_on, purpose,
    -- Whom the money reached tells of running costs that the words hide; but works, lines and benefits go to the same payees.
    CASE WHEN regexp_matches(coalesce(purpose, ''), '工程|改造|迁改|安装|建设|线路|设备|设施|施工|维修|修复|补贴|补助|救助|抚恤|奖补|慰问|农户|贫困|低保|公益性?岗位')
      OR regexp_matches(coalesce(economic_code, ''), '^(303|309|310|311|312|50[3-9])')
      -- What the code or the words already tell is told once.
      OR regexp_matches(coalesce(economic_code, ''), '^(301|30205|30206|30208|30209|30207|30228|30229|30231|30239)')
      OR regexp_matches(coalesce(purpose, ''), '工资|津贴|津补贴|绩效|奖金|社保|公积金|养老保险|加班费|值班补助|水费|电费|物业|取暖费|燃气费|电话费|工会经费|福利费|公车|车辆运行|公务用车|油费|加油') THEN '' ELSE coalesce(payee_name, '') END AS payee,
    coalesce(economic_code, '') AS economic_code, extract(year FROM paid_on) AS paid_year
  FROM payment
  ANTI JOIN answered ON answered.row_id = payment.row_id
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND budget_kind = 'project'
    AND NOT regexp_matches(coalesce(purpose, ''), '农民工|民工工资')
    -- All codes and words at once first: a pattern that differs by row is slow.
    AND (regexp_matches(coalesce(economic_code, ''), '^(301|30301|30302|30305|30205|30206|30208|30209|30207|30228|30229|30231|30239)')
      OR regexp_matches(coalesce(purpose, ''), '工资|津贴|津补贴|绩效|奖金|社保|公积金|养老保险|加班费|值班补助|水费|电费|物业|取暖费|燃气费|电话费|工会经费|福利费|公车|车辆运行|公务用车|油费|加油')
      OR regexp_matches(coalesce(payee_name, ''), '工资|国网|供电|电力|自来水|供水|燃气|热力|加油站'))
),
beside AS (
  SELECT paid.row_id, paid.unit_id, paid.project, paid.amount, paid.currency, paid.paid_on, paid.purpose, paid.paid_year, kinds.use
  FROM paid
  JOIN kinds ON (regexp_matches(paid.economic_code, kinds.code_pattern) OR regexp_matches(coalesce(paid.purpose, ''), kinds.word_pattern)
      OR regexp_matches(paid.payee, kinds.payee_pattern))
    AND NOT regexp_matches(paid.project, kinds.project_pattern)
)
SELECT unit_id, project, use, paid_year, currency, count(*) AS times, CAST(sum(amount) AS DECIMAL(18, 2)) AS total,
  max(paid_on) AS last_paid_on,
  array_to_string(list_sort(list(DISTINCT purpose) FILTER (WHERE purpose IS NOT NULL)), '、') AS purposes,
  list_sort(list(row_id)) AS payment_rows
FROM beside
GROUP BY unit_id, project, use, paid_year, currency
HAVING sum(amount) >= $least_amount
