/*
id: fund_used_for_other_purpose
title: {zh: 营养餐资金用于食材以外的支出, en: Meal money was spent on something other than food}
status: stable
role: lead
level: high
basis: [meals, budget-13]
why:
  zh: 膳食补助资金应全部用于购买学生食用的食材。从中列支接待、人员、炊具设备、修缮、水电、车辆等，减少了学生的饭菜。
  en: The subsidy buys food for pupils and nothing else. Guests, staff, pans, repairs, power or cars paid out of it leave less on the plate.
not_when:
  zh: 项目名称下另有地方安排的运转经费；付给酒店的是经招标的配餐服务；用途写得不准。
  en: The project holds running costs granted by the county besides; a hotel that won the tender for catering; a badly worded purpose.
ask:
  zh: 发票和清单、审批单、资金来源的指标文件；归还原渠道的凭证应写明学校、学期和支出种类（如“接待”）。
  en: Invoice and list, approval, the document that granted the money; a voucher of return names school, term and the kind of spending.
reads: [payment]
optional: [nontax_income]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND regexp_matches(coalesce(project_name, fund_type, payer_account_name, ''), '营养|学生餐|供餐|膳食补助')"}
max_share: 0.2
scope: row
params: {whole_name: 6, same_money_days: 10, ground: "用途|挪用|挤占|原渠道|违规|支出|款"}
lead: {unit: unit_id, subject: [use], amount: at_risk, currency: currency, on: last_on}
reason:
  zh: "{school}从营养餐资金中列支“{use}”类{times}笔共{at_risk}：{purposes}（付给{payees}）。"
  en: "Out of the meal money {school} spent {at_risk} in {times} payments on “{use}”: {purposes} (paid to {payees})."
remedy: |
  WITH fund AS (
    SELECT row_id, unit_id, coalesce(unit_name, unit_id) AS school, amount, currency, paid_on, coalesce(purpose, '') AS purpose,
      coalesce(payee_name, '') AS payee, coalesce(project_name, fund_type, payer_account_name) AS fund
    FROM payment
    WHERE amount > 0 AND coalesce(status, 'paid') = 'paid'
      AND regexp_matches(coalesce(project_name, fund_type, payer_account_name, ''), '营养|学生餐|供餐|膳食补助')
  ),
  -- By what it is for; else by who was paid, unless that is one who deals in food.
  told AS (
    SELECT row_id, unit_id, school, amount, currency, paid_on, purpose, payee,
      CASE WHEN regexp_matches(purpose, '(食材|食品|粮油|蔬菜|肉类|牛奶|配送)[^、，,；;和及]{0,6}(款|费)$')
          AND regexp_matches(payee, '食品|粮油|蔬菜|肉|蛋|奶|乳|农产品|农副|配餐|餐饮|果品|豆制品|合作社|超市|配送') THEN NULL
        WHEN regexp_matches(purpose, '接待|招待|宴请|酒水|烟酒|礼品') THEN '接待'
        WHEN regexp_matches(purpose, '工资|劳务|津贴|奖金|福利|慰问|加班|社保|绩效|厨师') THEN '人员'
        WHEN regexp_matches(purpose, '炊具|厨具|消毒柜|冰箱|冰柜|设备|桌椅|空调|电脑|餐具') THEN '设备'
        WHEN regexp_matches(purpose, '维修|装修|改造|工程|粉刷|修缮') THEN '修建'
        WHEN regexp_matches(purpose, '公车|车辆|加油|汽油|过路费') THEN '车辆'
        WHEN regexp_matches(purpose, '办公|打印|印刷|培训|差旅|会议|宣传') THEN '办公'
        WHEN regexp_matches(purpose, '水费|电费|水电|燃气|燃煤|取暖') THEN '水电'
        WHEN regexp_matches(purpose, '归还借款|还贷|偿还|利息|垫付款|拆借') THEN '还债'
        WHEN regexp_matches(payee, '食品|粮油|蔬菜|肉|蛋|奶|乳|农产品|配餐|餐饮|果品|豆制品|合作社|超市') THEN NULL
        WHEN regexp_matches(payee, '酒店|宾馆|饭店|酒楼|烟酒|会所|茶楼') THEN '接待'
        WHEN regexp_matches(payee, '人力资源|劳务派遣') THEN '人员'
        WHEN regexp_matches(payee, '厨具|电器|家具|办公设备') THEN '设备'
        WHEN regexp_matches(payee, '建筑|装饰|装修|建材|水电安装') THEN '修建'
        WHEN regexp_matches(payee, '汽车|汽修|加油站|石油') THEN '车辆'
        WHEN regexp_matches(payee, '印务|广告|文具|图文') THEN '办公'
        WHEN regexp_matches(payee, '供电|自来水|燃气') THEN '水电' END AS use
    FROM fund
  ),
  beside AS (
    SELECT row_id, unit_id, school, amount, currency, paid_on, purpose, payee, use
    FROM told
    WHERE use IS NOT NULL
  ),
  at_risk AS (
    SELECT unit_id, use, school, paid_on AS day, amount, currency
    FROM beside
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
    SELECT unit_id, use, max(school) AS school, currency, is_spring, first_year, min(day) AS first_on, sum(amount) AS owed,
      CASE WHEN is_spring
        THEN concat(first_year + 1, '年?(春|上半年)|', first_year, '[-—－至]+', first_year + 1, '学年.{0,4}(第二|下|春)')
        ELSE concat(first_year, '年?(秋|下半年)|', first_year, '[-—－至]+', first_year + 1, '学年.{0,4}(第一|上|秋)') END AS pattern
    FROM (
      SELECT unit_id, use, school, day, amount, currency, month(day) BETWEEN 2 AND 7 AS is_spring,
        year(day) - CASE WHEN month(day) <= 7 THEN 1 ELSE 0 END AS first_year
      FROM at_risk
    ) AS dated
    GROUP BY unit_id, use, currency, is_spring, first_year
  ),
  answers AS (
    SELECT terms.unit_id, terms.use, terms.is_spring, terms.first_year, terms.currency, terms.owed, returns.amount,
      returns.payment_row, returns.income_row
    FROM terms
    LEFT JOIN returns ON (returns.unit_id = terms.unit_id OR returns.school = terms.school
        OR length(terms.school) >= $whole_name AND contains(returns.words, terms.school))
      AND contains(returns.words, terms.use) AND returns.currency IS NOT DISTINCT FROM terms.currency AND returns.returned_on >= terms.first_on
      AND regexp_matches(returns.words, '退|追|缴回|归还|返还') AND regexp_matches(returns.words, $ground)
      AND regexp_matches(returns.words, terms.pattern)
  ),
  -- Every term is answered in full, or nothing is.
  still_owing AS (
    SELECT unit_id, use
    FROM answers
    GROUP BY unit_id, use, is_spring, first_year, currency
    HAVING coalesce(sum(amount), 0) < max(owed)
  )
  SELECT answers.unit_id, answers.use,
    list_sort(list(DISTINCT answers.payment_row) FILTER (WHERE answers.payment_row IS NOT NULL)) AS payment_rows,
    list_sort(list(DISTINCT answers.income_row) FILTER (WHERE answers.income_row IS NOT NULL)) AS nontax_income_rows
  FROM answers
  ANTI JOIN still_owing ON still_owing.unit_id = answers.unit_id AND still_owing.use = answers.use
  GROUP BY answers.unit_id, answers.use
examples:
  - says: guests, pans, and a hotel under the name of food; food, a caterer, the cook paid from the school's own money, and what was returned by the bank are left alone
    given:
      payment:
        - &paid {unit_id: S1, unit_name: 溪口小学, project_name: 学生营养改善计划, payee_name: 某小吃店, purpose: 公务接待餐费, amount: 4860.00, paid_on: 2025-04-16}
        - {<<: *paid, payee_name: 鑫源厨具商行, purpose: 购置食堂炊具, amount: 12380.00}
        - {<<: *paid, unit_id: S2, payee_name: 云禾大酒店有限公司, purpose: 付学生营养餐食材款, amount: 7920.00}
        - {<<: *paid, payee_name: 丰源粮油有限公司, purpose: 付4月食材款}
        - {<<: *paid, payee_name: 城关饭店餐饮配送有限公司, purpose: 付4月配餐款}
        - {<<: *paid, project_name: 公用经费, payee_name: 李某, purpose: 食堂厨师劳务费}
        - {<<: *paid, status: returned}
        - {<<: *paid, amount: -4860.00, purpose: 归还原渠道：2025年春季学期营养餐资金列支的接待费, paid_on: 2025-08-20}
        - {<<: *paid, amount: -12000.00, purpose: 归还原渠道：2025年春季学期营养餐资金列支的设备款, paid_on: 2025-08-20}
    expect:
      - {unit_id: S1, use: 接待, at_risk: 4860.00, payment_rows: [1]}
      - {unit_id: S1, use: 设备, at_risk: 12380.00, payment_rows: [2]}
      - {unit_id: S2, use: 接待, at_risk: 7920.00, payment_rows: [3]}
    remedied:
      - {unit_id: S1, use: 接待, payment_rows: [8]}
  - says: food for the canteen beside the office is food; a car mended is not, whatever it is called
    given:
      payment:
        - &spent {unit_id: S1, unit_name: 溪口小学, project_name: 营养改善计划补助, payee_name: 康达农副产品有限公司, purpose: 办公楼旁新食堂食材配送款, amount: 12440.00, paid_on: 2025-04-16}
        - {<<: *spent, payee_name: 新发汽修中心, purpose: 营养餐专项}
    expect:
      - {unit_id: S1, use: 车辆, payment_rows: [2]}
*/
WITH fund AS (
  SELECT row_id, unit_id, coalesce(unit_name, unit_id) AS school, amount, currency, paid_on, coalesce(purpose, '') AS purpose,
    coalesce(payee_name, '') AS payee, coalesce(project_name, fund_type, payer_account_name) AS fund
  FROM payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid'
    AND regexp_matches(coalesce(project_name, fund_type, payer_account_name, ''), '营养|学生餐|供餐|膳食补助')
),
-- By what it is for; else by who was paid, unless that is one who deals in food.
told AS (
  SELECT row_id, unit_id, school, amount, currency, paid_on, purpose, payee,
    CASE WHEN regexp_matches(purpose, '(食材|食品|粮油|蔬菜|肉类|牛奶|配送)[^、，,；;和及]{0,6}(款|费)$')
        AND regexp_matches(payee, '食品|粮油|蔬菜|肉|蛋|奶|乳|农产品|农副|配餐|餐饮|果品|豆制品|合作社|超市|配送') THEN NULL
      WHEN regexp_matches(purpose, '接待|招待|宴请|酒水|烟酒|礼品') THEN '接待'
      WHEN regexp_matches(purpose, '工资|劳务|津贴|奖金|福利|慰问|加班|社保|绩效|厨师') THEN '人员'
      WHEN regexp_matches(purpose, '炊具|厨具|消毒柜|冰箱|冰柜|设备|桌椅|空调|电脑|餐具') THEN '设备'
      WHEN regexp_matches(purpose, '维修|装修|改造|工程|粉刷|修缮') THEN '修建'
      WHEN regexp_matches(purpose, '公车|车辆|加油|汽油|过路费') THEN '车辆'
      WHEN regexp_matches(purpose, '办公|打印|印刷|培训|差旅|会议|宣传') THEN '办公'
      WHEN regexp_matches(purpose, '水费|电费|水电|燃气|燃煤|取暖') THEN '水电'
      WHEN regexp_matches(purpose, '归还借款|还贷|偿还|利息|垫付款|拆借') THEN '还债'
      WHEN regexp_matches(payee, '食品|粮油|蔬菜|肉|蛋|奶|乳|农产品|配餐|餐饮|果品|豆制品|合作社|超市') THEN NULL
      WHEN regexp_matches(payee, '酒店|宾馆|饭店|酒楼|烟酒|会所|茶楼') THEN '接待'
      WHEN regexp_matches(payee, '人力资源|劳务派遣') THEN '人员'
      WHEN regexp_matches(payee, '厨具|电器|家具|办公设备') THEN '设备'
      WHEN regexp_matches(payee, '建筑|装饰|装修|建材|水电安装') THEN '修建'
      WHEN regexp_matches(payee, '汽车|汽修|加油站|石油') THEN '车辆'
      WHEN regexp_matches(payee, '印务|广告|文具|图文') THEN '办公'
      WHEN regexp_matches(payee, '供电|自来水|燃气') THEN '水电' END AS use
  FROM fund
),
beside AS (
  SELECT row_id, unit_id, school, amount, currency, paid_on, purpose, payee, use
  FROM told
  WHERE use IS NOT NULL
)
SELECT unit_id, max(school) AS school, use, currency, count(*) AS times, max(paid_on) AS last_on,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS at_risk,
  array_to_string(list_sort(list(DISTINCT purpose) FILTER (WHERE purpose IS NOT NULL)), '、') AS purposes,
  array_to_string(list_sort(list(DISTINCT payee) FILTER (WHERE payee IS NOT NULL)), '、') AS payees,
  list_sort(list(row_id)) AS payment_rows
FROM beside
GROUP BY unit_id, use, currency
