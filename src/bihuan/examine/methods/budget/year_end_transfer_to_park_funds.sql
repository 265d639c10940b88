/*
id: year_end_transfer_to_park_funds
title: {zh: 年底以拨代支, en: Money parked elsewhere at the end of the year}
status: stable
role: lead
level: high
basis: [budget-13]
why:
  zh: 年底把项目资金拨给下属单位、平台公司或代管户列作支出，实际没有形成支出，属于以拨代支、虚列支出的迹象。
  en: Project money passed to a subordinate, a platform company or a deposit at the year's end counts as spent while nothing was.
not_when:
  zh: 按项目实施主体和进度正常拨付，次年有相应支出。
  en: Regular transfer to those who carry the project out, spent as it progresses.
ask:
  zh: 收款单位账上该资金的余额和后续支出，拨付依据。
  en: What the recipient did with it since, and the grounds for the transfer.
reads: [payment]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND extract(month FROM paid_on) = 12"}
scope: row
params: {from_day: 20, least_amount: 100000, most_payees: 5}
lead: {unit: unit_id, subject: [payee, paid_year], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{paid_year}年12月下旬向{payee}拨付{times}笔共{total}（{purposes}），可能以拨代支。"
  en: "In late December {paid_year} {total} was passed to {payee} in {times} payments ({purposes}); it may be parked there."
examples:
  - says: passed to a township's finance office on 30 December; a supplier, wages and a transfer in June are left alone
    given:
      payment:
        - &paid {unit_id: U1, unit_name: 农业农村局, payee_name: 青溪镇财政所, amount: 800000.00, purpose: 拨付高标准农田资金, paid_on: 2025-12-30, currency: CNY}
        - {<<: *paid, payee_name: 甲建设公司, purpose: 工程进度款}
        - {<<: *paid, paid_on: 2025-06-30}
        - {<<: *paid, payee_name: 县城投公司, purpose: 拨项目资金}
        - {<<: *paid, payee_name: 第一小学, purpose: 拨付12月工资}
        - {<<: *paid, payee_name: 云禾县城市建设投资有限公司, purpose: 拨款}
        - {<<: *paid, payee_name: 县公路养护中心, purpose: 拨付养护资金}
        - {<<: *paid, payee_name: 县公路养护中心, purpose: 检测费}
        - &shared {<<: *paid, payee_name: 县林业工作站, purpose: 拨款, indicator_no: Z1, amount: 60000.00}
        - {<<: *shared, payee_name: 县苗圃场, amount: 50000.00}
    expect:
      - {unit_id: U1, payee: 云禾县城市建设投资有限公司, total: 800000.00, payment_rows: [6]}
      - {unit_id: U1, payee: 县公路养护中心, total: 800000.00, payment_rows: [7]}
      - {unit_id: U1, payee: 县林业工作站、县苗圃场, total: 110000.00, payment_rows: [9, 10]}
      - {unit_id: U1, payee: 青溪镇财政所, total: 800000.00, payment_rows: [1]}
      - {unit_id: U1, payee: 县城投公司, total: 800000.00, payment_rows: [4]}
*/
WITH passed_on AS (
  SELECT row_id, unit_id, payee_name, paid_on, extract(year FROM paid_on) AS paid_year, currency, amount, purpose,
    -- One indicator's money shared out among a few bodies in the same words is one decision.
    CASE WHEN coalesce(indicator_no, project_code, project_name) IS NULL THEN payee_name
      ELSE concat(coalesce(indicator_no, project_code, project_name), '/', coalesce(purpose, '')) END AS decision
  FROM payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND extract(month FROM paid_on) = 12
    AND extract(day FROM paid_on) >= $from_day AND payee_name IS NOT NULL AND payee_name IS DISTINCT FROM unit_name
    -- Public bodies and platform companies by their names; of a body that only may be one, the words must say that money was passed on.
    AND (regexp_matches(payee_name, '财政所|财政局|人民政府|街道办事处|村民委员会|管委会|服务中心|城投|投资.{0,6}公司|投资集团|国有资产|平台|专户|代管|核算中心|指挥部|项目办')
        AND regexp_matches(coalesce(purpose, ''), '拨|划转|上缴|结余|暂存|专户|调度|项目资金|资金')
      OR regexp_matches(payee_name, '(中心|[^电]站|[^电]所|场|局|院|大队|支队|管理处|委员会|办公室)$')
        AND regexp_matches(coalesce(purpose, ''), '拨(付|款|项目|资金|专项|入|经费|补)|下拨|划转|结余|暂存'))
    AND NOT regexp_matches(coalesce(purpose, ''), '工资|社保|公积金|税|水费|电费')
),
decisions AS (
  SELECT unit_id, decision, paid_year, currency, count(DISTINCT payee_name) AS payees
  FROM passed_on
  GROUP BY unit_id, decision, paid_year, currency
),
grouped AS (
  SELECT line.row_id, line.unit_id, line.payee_name, line.paid_on, line.paid_year, line.currency, line.amount, line.purpose,
    CASE WHEN decisions.payees BETWEEN 2 AND $most_payees THEN line.decision ELSE line.payee_name END AS decision
  FROM passed_on AS line
  JOIN decisions ON decisions.unit_id = line.unit_id AND decisions.decision = line.decision
    AND decisions.paid_year = line.paid_year AND decisions.currency IS NOT DISTINCT FROM line.currency
)
SELECT unit_id, array_to_string(list_sort(list(DISTINCT payee_name) FILTER (WHERE payee_name IS NOT NULL)), '、') AS payee, paid_year, currency, count(*) AS times,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS total, max(paid_on) AS last_paid_on,
  array_to_string(list_sort(list(DISTINCT purpose) FILTER (WHERE purpose IS NOT NULL)), '、') AS purposes,
  list_sort(list(row_id)) AS payment_rows
FROM grouped
GROUP BY unit_id, decision, paid_year, currency
HAVING sum(amount) >= $least_amount
