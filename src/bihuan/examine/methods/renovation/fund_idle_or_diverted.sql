/*
id: fund_idle_or_diverted
title: {zh: 老旧小区改造资金闲置、挪用或虚列支出, en: "Renovation money lies idle, is diverted or parked"}
status: stable
role: lead
level: high
basis: [audit-2, budget-13]
why:
  zh: 改造资金下达一年以上几乎未用；或者付了办公、车辆、接待、亮化、还债等与改造无关的款项；或者整笔转给平台公司、专户，账上列支而工程没有付款。
  en: The money was granted more than a year ago and hardly used; or it paid for offices, cars, receptions, illumination or debts; or it went as a whole to a company or account of the county, so that it counts as spent while no works were paid.
not_when:
  zh: 工程已完工待审计结算；经批准调整用途；收款方确为该小区的施工单位；管线单位按协议收取迁改费。
  en: Works done and waiting for settlement; a change of use that was approved; the payee did build there; utilities that move their lines by agreement.
ask:
  zh: 资金下达文件、项目进度、付款审批和合同发票、转出资金的后续支付明细、结余资金处置。
  en: The grant, progress, approval and contract of the payment, what became of money that was passed on, what is to happen to the balance.
reads: [payment, unit_parameter]
optional: [budget_indicator]
population: {table: payment, where: "coalesce(status, 'paid') = 'paid'"}
max_share: 0.5
scope: all
params:
  programme: "老旧小区|旧住宅区|旧改|棚户区"
  other_use: "办公(楼|用房|室|设备|用品|费|耗材)|机关(大楼|食堂|楼)|会议(室|费)|公务(用)?车|车辆|加油|接待|招待|慰问|餐费|用餐|旅游|考察费|工资|津贴|补贴|奖金|绩效|福利|差旅|亮化|夜景|景观大道|雕塑|还(款|贷|债)|偿还|归还|债务|利息|借(给|出|款)|弥补|历史欠款|生活费"
  office: "办公(楼|用房|大楼)|机关(大楼|大院|楼)|公务(用)?车|接待|招待"
  works_words: "电梯|外墙|屋面|管网|管道|管线|道路|路面|供水|排水|雨污|燃气|供电|强弱电|充电|停车|门禁|照明|路灯|适老|消防|楼道|保温|防水"
  other_trade: "汽车|食品|餐饮|酒店|宾馆|饭店|旅行|旅游|家具|服饰|烟酒|医疗器械|广告传媒|商贸城|礼品|茶叶|房地产"
  parked_at: "投资(集团|控股|发展|开发|建设|运营|经营|管理)*(有限|股份)|城投|国有资产|资产经营|资产管理公司|开发建设公司|平台公司|财政(局|所|专户)|人民政府|街道办|管理委员会|管委会|房屋征收|城市更新服务中心"
  parked_words: "待支付|待拨|预拨|暂存|暂付|专户|转存|调度|归集"
  parked_share: 0.3
  spent_share: 0.1
  least_amount: 10000
lead: {unit: unit_id, subject: [fund, kind], amount: amount, currency: currency, on: on_day}
reason:
  zh: "“{project}”资金{fund}（下达{granted}）：{kind}，{times}笔，金额{amount}。{detail}"
  en: "Fund {fund} of “{project}” ({granted} granted): {kind}, {times} items, {amount}. {detail}"
remedy: |
  WITH drawn AS (
    SELECT row_id, unit_id, coalesce(indicator_no, project_name) AS fund, amount, coalesce(payee_name, '') AS payee,
      coalesce(purpose, '') AS purpose
    FROM payment
    WHERE coalesce(status, 'paid') = 'paid' AND coalesce(indicator_no, project_name) IS NOT NULL
  ),
  marked AS (
    SELECT unit_id, fund, amount,
      CASE WHEN regexp_matches(payee, $parked_at) AND NOT regexp_matches(purpose, $works_words) THEN '转出未用 parked'
        WHEN regexp_matches(purpose, $other_use) AND (NOT regexp_matches(purpose, $works_words) OR regexp_matches(purpose, $office)) OR regexp_matches(payee, $other_trade)
          THEN '挪用 diverted' END AS kind
    FROM drawn
    WHERE amount > 0
  ),
  wrong AS (
    SELECT unit_id, fund, sum(amount) AS amount
    FROM marked
    WHERE kind IS NOT NULL
    GROUP BY unit_id, fund
  ),
  back AS (
    SELECT unit_id, fund, sum(-amount) AS amount, list_sort(list(row_id)) AS payment_rows
    FROM drawn
    WHERE amount < 0
    GROUP BY unit_id, fund
  )
  SELECT marked.unit_id, marked.fund, marked.kind,
    list_sort(list_distinct(flatten(list(back.payment_rows)))) AS payment_rows
  FROM marked
  JOIN wrong ON wrong.unit_id = marked.unit_id AND wrong.fund = marked.fund
  JOIN back ON back.unit_id = marked.unit_id AND back.fund = marked.fund AND back.amount >= wrong.amount
  WHERE marked.kind IS NOT NULL
  GROUP BY marked.unit_id, marked.fund, marked.kind
examples:
  - says: nothing paid in two years; a car and words that fit for a payee that does not; all of it parked; a recent grant, works, a utility and another programme are left alone
    given:
      budget_indicator:
        - &grant {indicator_no: Z1, project_name: 2023年城镇老旧小区改造, budget_kind: project, amount: 500000.00, issued_on: 2024-01-10}
        - {<<: *grant, indicator_no: Z2}
        - {<<: *grant, indicator_no: Z3}
        - {<<: *grant, indicator_no: Z4, issued_on: 2025-11-10}
        - {<<: *grant, indicator_no: Z5, project_name: 农村厕所改造}
      payment:
        - &paid {indicator_no: Z2, payee_name: 远山建设有限公司, purpose: 幸福里改造工程款, amount: 300000.00, paid_on: 2025-12-01}
        - {<<: *paid, payee_name: 宏达汽车服务有限公司, purpose: 公务车维修费, amount: 20000.00}
        - {<<: *paid, payee_name: 丰源食品有限公司, purpose: 老旧小区改造工作经费, amount: 15000.00}
        - {<<: *paid, payee_name: 某县自来水有限公司, purpose: 供水管道迁改费, amount: 40000.00}
        - {<<: *paid, indicator_no: Z3, payee_name: 某县城市建设投资有限公司, purpose: 拨付改造资金（待支付）, amount: 480000.00}
        - {<<: *paid, indicator_no: null, unit_id: U2, project_name: 老旧小区改造, payee_name: 宏达家具有限公司, purpose: 办公桌椅, amount: 30000.00}
        - {<<: *paid, amount: -35000.00, payee_name: 宏达汽车服务有限公司, purpose: 退回, paid_on: 2025-12-30}
    expect:
      - {fund: Z1, kind: 闲置 idle, amount: 500000.00, budget_indicator_rows: [1]}
      - {fund: Z2, kind: 挪用 diverted, amount: 35000.00, payment_rows: [2, 3]}
      - {fund: Z3, kind: 转出未用 parked, amount: 480000.00, payment_rows: [5], budget_indicator_rows: [3]}
      - {unit_id: U2, fund: 老旧小区改造, kind: 挪用 diverted, amount: 30000.00, payment_rows: [6]}
    remedied:
      - {fund: Z2, kind: 挪用 diverted, payment_rows: [7]}
  - says: a unit that never paid anything, and a county company whose name is long
    given:
      budget_indicator:
        - &given {unit_id: T1, indicator_no: Y1, project_name: 城镇老旧小区改造补助资金, amount: 500000.00, applied: 0.00, issued_on: 2024-01-10}
        - {<<: *given, unit_id: T2, indicator_no: Y2, applied: 500000.00}
        - {<<: *given, unit_id: T3, indicator_no: Y3, applied: null}
      payment:
        - {unit_id: T2, indicator_no: Y2, payee_name: 某县城市建设投资开发有限公司, purpose: 拨付项目资金, amount: 500000.00, paid_on: 2025-12-01}
    expect:
      - {unit_id: T1, fund: Y1, kind: 闲置 idle, budget_indicator_rows: [1]}
      - {unit_id: T2, fund: Y2, kind: 转出未用 parked, payment_rows: [1]}
*/
WITH issued AS (
  SELECT unit_id, indicator_no AS fund, max(coalesce(project_name, description, '')) AS project, max(currency) AS currency,
    sum(amount - coalesce(reduced, 0)) AS granted, min(issued_on) AS issued_on, max(applied) AS applied,
    list_sort(list(row_id)) AS budget_indicator_rows
  FROM budget_indicator
  WHERE indicator_no IS NOT NULL AND NOT coalesce(is_deleted, false)
    AND regexp_matches(concat(coalesce(project_name, ''), coalesce(description, '')), $programme)
  GROUP BY unit_id, indicator_no
),
-- A payment belongs to its indicator; where that was not handed over, to the project that it names.
drawn AS (
  SELECT payment.row_id, payment.unit_id, coalesce(issued.fund, payment.indicator_no, payment.project_name) AS fund, payment.amount,
    payment.paid_on, coalesce(payment.payee_name, '') AS payee, coalesce(payment.purpose, '') AS purpose, payment.currency,
    coalesce(payment.project_name, payment.fund_type, '') AS project, issued.granted
  FROM payment
  LEFT JOIN issued ON issued.unit_id = payment.unit_id AND issued.fund = payment.indicator_no
  WHERE coalesce(payment.status, 'paid') = 'paid' AND coalesce(payment.indicator_no, payment.project_name) IS NOT NULL
    AND (issued.fund IS NOT NULL OR regexp_matches(concat_ws(' ', payment.project_name, payment.fund_type), $programme))
),
granted AS (
  SELECT unit_id, fund, project, currency, granted, issued_on, applied, budget_indicator_rows
  FROM issued
  UNION ALL
  SELECT unit_id, fund, max(project) AS project, max(currency) AS currency, sum(amount) AS granted, min(paid_on) AS issued_on,
    sum(amount) AS applied, list_sort(list(row_id) FILTER (WHERE false)) AS budget_indicator_rows
  FROM drawn
  WHERE granted IS NULL
  GROUP BY unit_id, fund
),
spent AS (
  SELECT drawn.row_id, drawn.unit_id, drawn.fund, drawn.amount, drawn.paid_on, drawn.payee, drawn.purpose, granted.granted
  FROM drawn
  JOIN granted ON granted.unit_id = drawn.unit_id AND granted.fund = drawn.fund
),
totals AS (
  SELECT unit_id, fund, sum(amount) AS spent, list_sort(list(row_id)) AS payment_rows
  FROM spent
  GROUP BY unit_id, fund
),
books AS (
  SELECT unit_id, max(paid_on) AS books_until
  FROM payment
  GROUP BY unit_id
),
-- A unit that never paid is silent in the treasury's books too; then the indicator must say itself what was drawn.
treasury AS (
  SELECT max(paid_on) AS books_until
  FROM payment
),
reach AS (
  SELECT granted.unit_id, granted.fund, coalesce(books.books_until,
    CASE WHEN granted.applied IS NOT NULL THEN treasury.books_until END) AS books_until
  FROM granted
  CROSS JOIN treasury
  LEFT JOIN books ON books.unit_id = granted.unit_id
),
idle AS (
  SELECT granted.unit_id, granted.fund, '闲置 idle' AS kind, granted.granted - coalesce(totals.spent, granted.applied, 0) AS amount,
    1 AS times, granted.issued_on AS on_day,
    concat('至', CAST(books.books_until AS VARCHAR), '已', CAST(date_diff('day', granted.issued_on, books.books_until) AS VARCHAR), '天 days') AS detail,
    totals.payment_rows, granted.budget_indicator_rows
  FROM granted
  JOIN reach AS books ON books.unit_id = granted.unit_id AND books.fund = granted.fund AND books.books_until IS NOT NULL
  LEFT JOIN totals ON totals.unit_id = granted.unit_id AND totals.fund = granted.fund
  JOIN unit_parameter AS days ON days.unit_id = granted.unit_id AND days.name = 'renovation_idle_days'
    AND granted.issued_on >= days.valid_from AND granted.issued_on < coalesce(days.valid_to, DATE '9999-12-31')
  WHERE granted.granted >= $least_amount AND date_diff('day', granted.issued_on, books.books_until) >= CAST(days.value AS INTEGER)
    AND coalesce(totals.spent, granted.applied, 0) <= granted.granted * $spent_share
),
marked AS (
  SELECT row_id, unit_id, fund, amount, paid_on, payee, purpose, granted,
    regexp_matches(payee, $parked_at) AND NOT regexp_matches(purpose, $works_words)
      AND (regexp_matches(purpose, $parked_words) OR amount >= granted * $parked_share) AS is_parked,
    regexp_matches(purpose, $other_use) AND (NOT regexp_matches(purpose, $works_words) OR regexp_matches(purpose, $office)) OR regexp_matches(payee, $other_trade) AS is_other
  FROM spent
  WHERE amount > 0
),
kinds AS (
  SELECT unit_id, fund, CASE WHEN is_parked THEN '转出未用 parked' ELSE '挪用 diverted' END AS kind, row_id, amount, paid_on, payee, purpose
  FROM marked
  WHERE is_parked OR is_other
),
used AS (
  SELECT unit_id, fund, kind, sum(amount) AS amount, count(*) AS times, max(paid_on) AS on_day,
    array_to_string(list_sort(list(DISTINCT concat(purpose, '（', payee, '）')) FILTER (WHERE purpose IS NOT NULL)), '、') AS detail,
    list_sort(list(row_id)) AS payment_rows
  FROM kinds
  GROUP BY unit_id, fund, kind
  HAVING sum(amount) >= $least_amount
),
told AS (
  SELECT unit_id, fund, kind, amount, times, on_day, detail, payment_rows, budget_indicator_rows
  FROM idle
  UNION ALL
  SELECT used.unit_id, used.fund, used.kind, used.amount, used.times, used.on_day, used.detail, used.payment_rows,
    CASE WHEN used.kind = '转出未用 parked' THEN granted.budget_indicator_rows END AS budget_indicator_rows
  FROM used
  JOIN granted ON granted.unit_id = used.unit_id AND granted.fund = used.fund
)
SELECT told.unit_id, told.fund, told.kind, max(granted.project) AS project, max(granted.currency) AS currency,
  CAST(max(granted.granted) AS DECIMAL(18, 2)) AS granted, CAST(max(told.amount) AS DECIMAL(18, 2)) AS amount, max(told.times) AS times,
  max(told.on_day) AS on_day, max(told.detail) AS detail,
  list_sort(list_distinct(flatten(list(told.payment_rows) FILTER (WHERE told.payment_rows IS NOT NULL)))) AS payment_rows,
  list_sort(list_distinct(flatten(list(told.budget_indicator_rows) FILTER (WHERE told.budget_indicator_rows IS NOT NULL)))) AS budget_indicator_rows
FROM told
JOIN granted ON granted.unit_id = told.unit_id AND granted.fund = told.fund
GROUP BY told.unit_id, told.fund, told.kind
