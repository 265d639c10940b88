/*
id: earmarked_fund_used_for_other_purpose
title: {zh: 专项资金用于其他支出, en: Earmarked money was spent on something else}
status: stable
role: lead
level: high
basis: [budget-13]
why:
  zh: 专项资金应当专款专用。从营养餐、救助、惠农、建设等专项中列支招待、福利、办公、车辆、还债等，属于挤占挪用的迹象。
  en: Earmarked money has one purpose. Entertainment, allowances, office costs, cars or debts paid out of it suggest diversion.
not_when:
  zh: 资金管理办法允许按比例列支工作经费；项目名称含有该用途；用途摘要写得不准。
  en: The fund's rules allow a share for running costs, the project itself is for that use, or the purpose is badly worded.
ask:
  zh: 专项资金管理办法和批复的支出明细、付款的发票和审批单。
  en: The fund's rules and approved breakdown, invoice and approval of the payment.
reads: [payment]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND coalesce(project_name, fund_type) IS NOT NULL"}
scope: row
params: {least_amount: 200}
lead: {unit: unit_id, subject: [fund, use, paid_year], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "“{fund}”中列支{times}笔共{total}，用途“{purposes}”，与专项用途不符。"
  en: "Out of “{fund}” {total} was spent in {times} payments on “{purposes}”, which the fund is not for."
examples:
  - says: meal money spent on meals for guests and on a car; food, a project that is for cars, and basic spending are left alone
    given:
      payment:
        - &paid {unit_id: U1, project_name: 学生营养改善计划专项资金, payee_name: 某酒店, amount: 8600.00, purpose: 公务接待餐费, paid_on: 2025-03-03, currency: CNY}
        - {<<: *paid, payee_name: 某汽修, purpose: 公车维修保养, amount: 5200.00}
        - {<<: *paid, payee_name: 粮油公司, purpose: 采购大米食用油}
        - {<<: *paid, project_name: 公务用车购置, purpose: 车辆保险}
        - {<<: *paid, project_name: null, purpose: 公务接待}
        - {<<: *paid, project_name: 公用经费, budget_kind: basic, purpose: 办公用品}
        - {<<: *paid, project_name: 残疾人康复补助, purpose: 项目工作经费（局机关空调）, amount: 38400.00}
        - {<<: *paid, payee_name: 乙酒店, amount: 4300.00, paid_on: 2025-04-03}
        - {<<: *paid, payee_name: 乙酒店, amount: -4300.00, paid_on: 2025-06-03, status: returned}
    expect:
      - {unit_id: U1, fund: 学生营养改善计划专项资金, total: 8600.00, payment_rows: [1]}
      - {unit_id: U1, fund: 学生营养改善计划专项资金, total: 5200.00, payment_rows: [2]}
      - {unit_id: U1, fund: 残疾人康复补助, total: 38400.00, payment_rows: [7]}
*/
WITH uses AS (
  SELECT use, pattern FROM (VALUES ('接待', '接待|招待|宴请|酒水|烟酒|KTV|礼品'),
    ('福利', '福利|奖金|年终奖|津贴|过节|慰问职工|加班费|绩效|职工体检|工会活动'),
    ('办公', '办公用品|办公经费|办公设备|办公室装修|打印机|复印|办公楼|办公家具|办公空调|机关空调|局机关|机关大院|机关院落|机关文化|文化长廊|文化墙|机关食堂|职工食堂|电话费|网络费|报刊'),
    ('车辆', '公车|公务用车|公务车|车辆维修|车辆保险|加油|油料|汽车维修|购车|车辆购置|过路费'),
    ('旅游', '旅游|考察费|疗养|景区|门票'),
    ('还债', '归还借款|还贷|偿还|贷款利息|借款|垫付款|往来款|拆借'),
    ('基建', '办公楼装修|楼堂|宿舍装修|大门改造')) AS words(use, pattern)
),
-- What came back answers the latest payment of that sum to that payee, one for one.
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
earmarked AS (
  SELECT row_id, unit_id, coalesce(project_name, fund_type) AS fund, amount, currency, paid_on, purpose,
    extract(year FROM paid_on) AS paid_year
  FROM payment
  ANTI JOIN answered ON answered.row_id = payment.row_id
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND coalesce(budget_kind, 'project') = 'project'
    -- All words at once first: a pattern that differs by row is slow.
    AND regexp_matches(coalesce(purpose, ''),
      '接待|招待|宴请|酒水|烟酒|KTV|礼品|福利|奖金|年终奖|津贴|过节|慰问职工|加班费|绩效|职工体检|工会活动|办公用品|办公经费|办公设备|办公室装修|打印机|复印|办公楼|办公家具|办公空调|机关空调|局机关|机关大院|机关院落|机关文化|文化长廊|文化墙|机关食堂|职工食堂|电话费|网络费|报刊|公车|公务用车|公务车|车辆维修|车辆保险|加油|油料|汽车维修|购车|车辆购置|过路费|旅游|考察费|疗养|景区|门票|归还借款|还贷|偿还|贷款利息|借款|垫付款|往来款|拆借|办公楼装修|楼堂|宿舍装修|大门改造|returned')
    AND regexp_matches(coalesce(project_name, fund_type),
      '营养|专项|救助|低保|扶贫|振兴|惠农|补贴|补助|学前|义务教育|两免|资助|奖助|农田|水利|饮水|危房|保障性|安居|改造|防疫|卫生服务|公共卫生|养老|残疾|移民|林业|污染|环保|生态|救灾|就业|技能|科技|债券')
),
beside_purpose AS (
  SELECT earmarked.row_id, earmarked.unit_id, earmarked.fund, earmarked.amount, earmarked.currency, earmarked.paid_on,
    earmarked.purpose, earmarked.paid_year, uses.use
  FROM earmarked
  JOIN uses ON regexp_matches(earmarked.purpose, uses.pattern) AND NOT regexp_matches(earmarked.fund, uses.pattern)
)
SELECT unit_id, fund, use, paid_year, currency, CAST(sum(amount) AS DECIMAL(18, 2)) AS total, count(*) AS times,
  max(paid_on) AS last_paid_on, array_to_string(list_sort(list(DISTINCT purpose) FILTER (WHERE purpose IS NOT NULL)), '、') AS purposes,
  list_sort(list(row_id)) AS payment_rows
FROM beside_purpose
GROUP BY unit_id, fund, use, paid_year, currency
HAVING sum(amount) >= $least_amount
