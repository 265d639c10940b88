/*
id: purchase_without_goods_received
title: {zh: 付了食材款却没有（足额）验收入库, en: Food was paid for that was not received}
status: stable
role: lead
level: high
basis: [meals, accounting]
why:
  zh: 用营养餐资金支付的食材款，应当有同一供应商、同一发票的验收入库单。没有入库或只入库一部分，可能是虚开发票、虚构采购。
  en: Food paid for out of the meal money has slips of goods received, of the same supplier and invoice. Where none or only part came, invoice and purchase may be made up.
not_when:
  zh: 预付款，货后到；入库单漏录或未写发票号；付的是以前学期的货款；供应商更名。
  en: A prepayment; slips not entered or without the invoice's number; goods of an earlier term; a supplier that changed its name.
ask:
  zh: 发票原件、送货单、验收签字和食堂日记账，供应商的出库记录和纳税申报；退款凭证应写明学校、学期、供应商和“未入库食材款”。
  en: The invoice, delivery notes, signatures of acceptance, kitchen diary, the supplier's own records; a voucher of return names school, term, supplier and the goods not received.
reads: [payment, goods_received]
optional: [nontax_income]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND regexp_matches(concat(coalesce(project_name, ''), coalesce(fund_type, ''), coalesce(purpose, '')), '营养|供餐|学生餐|食材|膳食')"}
max_share: 0.2
scope: all
params: {county: "^([^省市县区旗]{1,6}(省|自治区|自治州|市|县|区|旗))+", least_name: 4, days_before: 40, days_after: 60, least_amount: 500, least_share: 0.1, month_days: 150, near_share: 0.03, most_slips: 10, whole_name: 6, same_money_days: 10, ground: "入库|未到货|食材款|货款"}
lead: {unit: unit_id, subject: [supplier], amount: at_risk, currency: currency, on: last_on}
reason:
  zh: "{school}付给{supplier}食材款{bills}张发票（笔）共{paid}，验收入库只有{came}，差{at_risk}。"
  en: "{school} paid {supplier} {paid} for food by {bills} invoices or payments; only {came} was received, {at_risk} less."
remedy: |
  WITH bills AS (
    SELECT row_id, unit_id, coalesce(unit_name, unit_id) AS school, coalesce(payee_name, payee_id) AS supplier, payee_id,
      amount, currency, paid_on,
      nullif(regexp_replace(regexp_replace(upper(coalesce(invoice_no, '')), '[^0-9A-Z]', '', 'g'), '^(NO|NR|INV)', '', 'g'), '') AS invoice
    FROM payment
    WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND coalesce(payee_name, payee_id) IS NOT NULL
      AND regexp_matches(concat(coalesce(project_name, ''), coalesce(fund_type, ''), coalesce(purpose, '')), '营养|供餐|学生餐|食材|膳食')
      AND NOT regexp_matches(coalesce(purpose, ''),
        '劳务|工资|水电|燃气|电费|水费|维修|设备|炊具|厨具|接待|招待|培训|印刷|检测|保险|运费|物业|拨|归还|往来')
  ),
  -- A school may be known by its code to the treasury and only by its name to the kitchen, or the other way round.
  payers AS (
    SELECT CASE WHEN length(regexp_replace(school, $county, '', 'g')) >= $least_name THEN regexp_replace(school, $county, '', 'g') ELSE school END AS school, min(unit_id) AS unit_id
    FROM bills
    GROUP BY CASE WHEN length(regexp_replace(school, $county, '', 'g')) >= $least_name THEN regexp_replace(school, $county, '', 'g') ELSE school END
  ),
  known AS (
    SELECT unit_id
    FROM bills
    GROUP BY unit_id
  ),
  slips AS (
    SELECT goods.row_id, coalesce(known.unit_id, payers.unit_id, goods.unit_id) AS unit_id, goods.supplier_name, goods.supplier_id,
      goods.moved_on, goods.amount,
      nullif(regexp_replace(regexp_replace(upper(coalesce(goods.invoice_no, '')), '[^0-9A-Z]', '', 'g'), '^(NO|NR|INV)', '', 'g'), '') AS invoice
    FROM goods_received AS goods
    LEFT JOIN known ON known.unit_id = goods.unit_id
    LEFT JOIN payers ON payers.school = CASE WHEN length(regexp_replace(goods.unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(goods.unit_name, $county, '', 'g') ELSE goods.unit_name END
    WHERE coalesce(goods.direction, 'in') = 'in' AND goods.amount IS NOT NULL
  ),
  -- Goods of before the first slip, and what is still on its way, cannot be judged.
  kitchens AS (
    SELECT unit_id, min(moved_on) AS first_on, max(moved_on) AS last_on, count(invoice) * 2 >= count(*) AS has_invoices
    FROM slips
    GROUP BY unit_id
  ),
  judged AS (
    SELECT bills.row_id, bills.unit_id, bills.school, bills.supplier, bills.payee_id, bills.amount, bills.currency,
      bills.paid_on, CASE WHEN kitchens.has_invoices THEN bills.invoice END AS invoice
    FROM bills
    JOIN kitchens ON kitchens.unit_id = bills.unit_id AND bills.paid_on >= kitchens.first_on + INTERVAL 1 DAY * $days_before
      AND bills.paid_on <= kitchens.last_on + INTERVAL 1 DAY * $days_after
  ),
  came_by_invoice AS (
    SELECT unit_id, invoice, sum(amount) AS amount, list_sort(list(row_id)) AS goods_received_rows
    FROM slips
    WHERE invoice IS NOT NULL
    GROUP BY unit_id, invoice
  ),
  paid_by_invoice AS (
    SELECT unit_id, supplier, invoice, currency, max(school) AS school, sum(amount) AS paid, max(paid_on) AS paid_on,
      list_sort(list(row_id)) AS payment_rows
    FROM judged
    WHERE invoice IS NOT NULL
    GROUP BY unit_id, supplier, invoice, currency
  ),
  by_invoice AS (
    SELECT paid.unit_id, paid.school, paid.supplier, paid.currency, paid.paid_on, paid.paid, coalesce(came.amount, 0) AS came,
      paid.payment_rows, came.goods_received_rows
    FROM paid_by_invoice AS paid
    LEFT JOIN came_by_invoice AS came ON came.unit_id = paid.unit_id AND came.invoice = paid.invoice
  ),
  paid_by_supplier AS (
    SELECT unit_id, supplier, max(payee_id) AS payee_id, currency, max(school) AS school, sum(amount) AS paid,
      max(paid_on) AS paid_on, list_sort(list(row_id)) AS payment_rows
    FROM judged
    WHERE invoice IS NULL
    GROUP BY unit_id, supplier, currency
  ),
  by_month AS (
    SELECT unit_id, coalesce(supplier_name, supplier_id) AS supplier, CAST(date_trunc('month', moved_on) AS DATE) AS month, sum(amount) AS amount
    FROM slips
    GROUP BY unit_id, coalesce(supplier_name, supplier_id), CAST(date_trunc('month', moved_on) AS DATE)
  ),
  -- A bill that equals what came in one of the months before it has its goods; without invoice numbers the others are shown.
  unmet AS (
    SELECT judged.unit_id, judged.supplier, judged.currency, list_sort(list(judged.row_id)) AS payment_rows
    FROM judged
    ANTI JOIN by_month ON by_month.unit_id = judged.unit_id AND by_month.supplier IN (judged.supplier, judged.payee_id)
      AND by_month.month <= judged.paid_on AND by_month.month >= judged.paid_on - INTERVAL 1 DAY * $month_days
      AND abs(by_month.amount - judged.amount) <= judged.amount * CAST($near_share AS DECIMAL(9, 4))
    WHERE judged.invoice IS NULL
    GROUP BY judged.unit_id, judged.supplier, judged.currency
  ),
  by_supplier AS (
    SELECT paid.unit_id, paid.school, paid.supplier, paid.currency, paid.paid_on, paid.paid,
      coalesce(sum(slips.amount), 0) AS came, coalesce(unmet.payment_rows, paid.payment_rows) AS payment_rows,
      list_sort(list(slips.row_id) FILTER (WHERE slips.row_id IS NOT NULL)) AS goods_received_rows
    FROM paid_by_supplier AS paid
    LEFT JOIN unmet ON unmet.unit_id = paid.unit_id AND unmet.supplier = paid.supplier
      AND unmet.currency IS NOT DISTINCT FROM paid.currency
    LEFT JOIN slips ON slips.unit_id = paid.unit_id AND (slips.supplier_name = paid.supplier OR slips.supplier_id = paid.payee_id)
    GROUP BY paid.unit_id, paid.school, paid.supplier, paid.currency, paid.paid_on, paid.paid,
      coalesce(unmet.payment_rows, paid.payment_rows)
  ),
  missing AS (
    SELECT unit_id, school, supplier, currency, paid_on, CAST(paid - came AS DECIMAL(18, 2)) AS amount, paid, came,
      payment_rows, goods_received_rows
    FROM by_invoice
    WHERE paid - came > greatest($least_amount, paid * $least_share)
    UNION ALL
    SELECT unit_id, school, supplier, currency, paid_on, CAST(paid - came AS DECIMAL(18, 2)) AS amount, paid, came,
      payment_rows, CASE WHEN array_length(goods_received_rows) <= $most_slips THEN goods_received_rows END AS goods_received_rows
    FROM by_supplier
    WHERE paid - came > greatest($least_amount, paid * $least_share)
  ),
  at_risk AS (
    SELECT unit_id, supplier, school, paid_on AS day, amount, currency
    FROM missing
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
    SELECT unit_id, supplier, max(school) AS school, currency, is_spring, first_year, min(day) AS first_on, sum(amount) AS owed,
      CASE WHEN is_spring
        THEN concat(first_year + 1, '年?(春|上半年)|', first_year, '[-—－至]+', first_year + 1, '学年.{0,4}(第二|下|春)')
        ELSE concat(first_year, '年?(秋|下半年)|', first_year, '[-—－至]+', first_year + 1, '学年.{0,4}(第一|上|秋)') END AS pattern
    FROM (
      SELECT unit_id, supplier, school, day, amount, currency, month(day) BETWEEN 2 AND 7 AS is_spring,
        year(day) - CASE WHEN month(day) <= 7 THEN 1 ELSE 0 END AS first_year
      FROM at_risk
    ) AS dated
    GROUP BY unit_id, supplier, currency, is_spring, first_year
  ),
  answers AS (
    SELECT terms.unit_id, terms.supplier, terms.is_spring, terms.first_year, terms.currency, terms.owed, returns.amount,
      returns.payment_row, returns.income_row
    FROM terms
    LEFT JOIN returns ON (returns.unit_id = terms.unit_id OR returns.school = terms.school
        OR length(terms.school) >= $whole_name AND contains(returns.words, terms.school))
      AND contains(returns.words, terms.supplier) AND returns.currency IS NOT DISTINCT FROM terms.currency AND returns.returned_on >= terms.first_on
      AND regexp_matches(returns.words, '退|追|缴回|归还|返还') AND regexp_matches(returns.words, $ground)
      AND regexp_matches(returns.words, terms.pattern)
  ),
  -- Every term is answered in full, or nothing is.
  still_owing AS (
    SELECT unit_id, supplier
    FROM answers
    GROUP BY unit_id, supplier, is_spring, first_year, currency
    HAVING coalesce(sum(amount), 0) < max(owed)
  )
  SELECT answers.unit_id, answers.supplier,
    list_sort(list(DISTINCT answers.payment_row) FILTER (WHERE answers.payment_row IS NOT NULL)) AS payment_rows,
    list_sort(list(DISTINCT answers.income_row) FILTER (WHERE answers.income_row IS NOT NULL)) AS nontax_income_rows
  FROM answers
  ANTI JOIN still_owing ON still_owing.unit_id = answers.unit_id AND still_owing.supplier = answers.supplier
  GROUP BY answers.unit_id, answers.supplier
examples:
  - says: an invoice for which nothing came, one of which half came; two slips of one invoice, a number written otherwise, an early payment, pans are left alone
    given:
      payment:
        - &bill {unit_id: S1, unit_name: 溪口小学, payee_name: 丰源粮油, project_name: 学生营养改善计划, purpose: 付5月食材款, invoice_no: "40001", amount: 9000.00, paid_on: 2025-06-10}
        - {<<: *bill, payee_name: 绿野配送, invoice_no: "40002"}
        - {<<: *bill, payee_name: 康牧肉品, invoice_no: "No. 4000-3"}
        - {<<: *bill, payee_name: 康牧肉品, invoice_no: "40004", paid_on: 2025-02-25}
        - {<<: *bill, payee_name: 厨具商行, invoice_no: "40005", purpose: 购置炊具}
        - {<<: *bill, payee_name: 丰源粮油, invoice_no: null, project_name: 公用经费, purpose: 办公用品}
        - {<<: *bill, payee_name: 丰源粮油, invoice_no: null, purpose: 退回2025年春季学期丰源粮油未入库食材款, amount: -9000.00, paid_on: 2025-08-20}
      goods_received:
        - &slip {unit_id: S1, supplier_name: 绿野配送, item: 白菜, moved_on: 2025-05-08, direction: in, invoice_no: "40002", amount: 4500.00}
        - {<<: *slip, supplier_name: 康牧肉品, item: 猪肉, invoice_no: "40003", amount: 5000.00}
        - {<<: *slip, supplier_name: 康牧肉品, item: 猪肉, invoice_no: "40003", amount: 4000.00, moved_on: 2025-05-18}
        - {<<: *slip, supplier_name: 康牧肉品, item: 猪肉, invoice_no: "40009", amount: 4000.00, moved_on: 2025-02-17}
        - {<<: *slip, direction: out}
    expect:
      - {unit_id: S1, supplier: 丰源粮油, paid: 9000.00, came: 0.00, at_risk: 9000.00, payment_rows: [1]}
      - {unit_id: S1, supplier: 绿野配送, came: 4500.00, at_risk: 4500.00, payment_rows: [2], goods_received_rows: [1]}
    remedied:
      - {unit_id: S1, supplier: 丰源粮油, payment_rows: [7]}
  - says: slips without invoices are compared by supplier; a kitchen without slips is not judged
    given:
      payment:
        - &paid {unit_id: S1, payee_name: 丰源粮油, purpose: 营养餐食材款, amount: 9000.00, paid_on: 2025-06-10}
        - {<<: *paid, payee_name: 绿野配送}
        - {<<: *paid, unit_id: S2}
      goods_received:
        - &in {unit_id: S1, supplier_name: 绿野配送, item: 白菜, moved_on: 2025-03-08, direction: in, amount: 8800.00}
        - {<<: *in, supplier_name: 丰源粮油, item: 大米, amount: 2000.00, moved_on: 2025-05-08}
    expect:
      - {unit_id: S1, supplier: 丰源粮油, at_risk: 7000.00, payment_rows: [1]}
  - says: without invoice numbers, the one bill for which nothing came and not the bills of each month; the school has a code only at the treasury
    given:
      goods_received:
        - {unit_id: 白庙小学, unit_name: 白庙小学, supplier_name: 众合配送, item: 大米, amount: 1000.00, moved_on: 2025-03-05}
        - {unit_id: 白庙小学, unit_name: 白庙小学, supplier_name: 众合配送, item: 大米, amount: 1000.00, moved_on: 2025-03-15}
        - {unit_id: 白庙小学, unit_name: 白庙小学, supplier_name: 众合配送, item: 大米, amount: 1000.00, moved_on: 2025-03-25}
        - {unit_id: 白庙小学, unit_name: 白庙小学, supplier_name: 众合配送, item: 大米, amount: 1100.00, moved_on: 2025-04-05}
        - {unit_id: 白庙小学, unit_name: 白庙小学, supplier_name: 众合配送, item: 大米, amount: 1100.00, moved_on: 2025-04-15}
        - {unit_id: 白庙小学, unit_name: 白庙小学, supplier_name: 众合配送, item: 大米, amount: 1100.00, moved_on: 2025-04-25}
        - {unit_id: 白庙小学, unit_name: 白庙小学, supplier_name: 众合配送, item: 大米, amount: 1200.00, moved_on: 2025-05-05}
        - {unit_id: 白庙小学, unit_name: 白庙小学, supplier_name: 众合配送, item: 大米, amount: 1200.00, moved_on: 2025-05-15}
        - {unit_id: 白庙小学, unit_name: 白庙小学, supplier_name: 众合配送, item: 大米, amount: 1200.00, moved_on: 2025-05-25}
        - {unit_id: 白庙小学, unit_name: 白庙小学, supplier_name: 众合配送, item: 大米, amount: 900.00, moved_on: 2025-06-05}
        - {unit_id: 白庙小学, unit_name: 白庙小学, supplier_name: 众合配送, item: 大米, amount: 900.00, moved_on: 2025-06-15}
        - {unit_id: 白庙小学, unit_name: 白庙小学, supplier_name: 众合配送, item: 大米, amount: 900.00, moved_on: 2025-06-25}
      payment:
        - &month {unit_id: "2151", unit_name: 白庙小学, payee_name: 众合配送, purpose: 付食材款, amount: 3300.00, paid_on: 2025-05-10}
        - {<<: *month, amount: 3600.00, paid_on: 2025-06-10}
        - {<<: *month, amount: 2700.00, paid_on: 2025-07-10}
        - {<<: *month, amount: 6000.00, paid_on: 2025-07-12}
    expect:
      - {unit_id: "2151", supplier: 众合配送, payment_rows: [4]}
*/
WITH bills AS (
  SELECT row_id, unit_id, coalesce(unit_name, unit_id) AS school, coalesce(payee_name, payee_id) AS supplier, payee_id,
    amount, currency, paid_on,
    nullif(regexp_replace(regexp_replace(upper(coalesce(invoice_no, '')), '[^0-9A-Z]', '', 'g'), '^(NO|NR|INV)', '', 'g'), '') AS invoice
  FROM payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND coalesce(payee_name, payee_id) IS NOT NULL
    AND regexp_matches(concat(coalesce(project_name, ''), coalesce(fund_type, ''), coalesce(purpose, '')), '营养|供餐|学生餐|食材|膳食')
    AND NOT regexp_matches(coalesce(purpose, ''),
      '劳务|工资|水电|燃气|电费|水费|维修|设备|炊具|厨具|接待|招待|培训|印刷|检测|保险|运费|物业|拨|归还|往来')
),
-- A school may be known by its code to the treasury and only by its name to the kitchen, or the other way round.
payers AS (
  SELECT CASE WHEN length(regexp_replace(school, $county, '', 'g')) >= $least_name THEN regexp_replace(school, $county, '', 'g') ELSE school END AS school, min(unit_id) AS unit_id
  FROM bills
  GROUP BY CASE WHEN length(regexp_replace(school, $county, '', 'g')) >= $least_name THEN regexp_replace(school, $county, '', 'g') ELSE school END
),
known AS (
  SELECT unit_id
  FROM bills
  GROUP BY unit_id
),
slips AS (
  SELECT goods.row_id, coalesce(known.unit_id, payers.unit_id, goods.unit_id) AS unit_id, goods.supplier_name, goods.supplier_id,
    goods.moved_on, goods.amount,
    nullif(regexp_replace(regexp_replace(upper(coalesce(goods.invoice_no, '')), '[^0-9A-Z]', '', 'g'), '^(NO|NR|INV)', '', 'g'), '') AS invoice
  FROM goods_received AS goods
  LEFT JOIN known ON known.unit_id = goods.unit_id
  LEFT JOIN payers ON payers.school = CASE WHEN length(regexp_replace(goods.unit_name, $county, '', 'g')) >= $least_name THEN regexp_replace(goods.unit_name, $county, '', 'g') ELSE goods.unit_name END
  WHERE coalesce(goods.direction, 'in') = 'in' AND goods.amount IS NOT NULL
),
-- Goods of before the first slip, and what is still on its way, cannot be judged.
kitchens AS (
  SELECT unit_id, min(moved_on) AS first_on, max(moved_on) AS last_on, count(invoice) * 2 >= count(*) AS has_invoices
  FROM slips
  GROUP BY unit_id
),
judged AS (
  SELECT bills.row_id, bills.unit_id, bills.school, bills.supplier, bills.payee_id, bills.amount, bills.currency,
    bills.paid_on, CASE WHEN kitchens.has_invoices THEN bills.invoice END AS invoice
  FROM bills
  JOIN kitchens ON kitchens.unit_id = bills.unit_id AND bills.paid_on >= kitchens.first_on + INTERVAL 1 DAY * $days_before
    AND bills.paid_on <= kitchens.last_on + INTERVAL 1 DAY * $days_after
),
came_by_invoice AS (
  SELECT unit_id, invoice, sum(amount) AS amount, list_sort(list(row_id)) AS goods_received_rows
  FROM slips
  WHERE invoice IS NOT NULL
  GROUP BY unit_id, invoice
),
paid_by_invoice AS (
  SELECT unit_id, supplier, invoice, currency, max(school) AS school, sum(amount) AS paid, max(paid_on) AS paid_on,
    list_sort(list(row_id)) AS payment_rows
  FROM judged
  WHERE invoice IS NOT NULL
  GROUP BY unit_id, supplier, invoice, currency
),
by_invoice AS (
  SELECT paid.unit_id, paid.school, paid.supplier, paid.currency, paid.paid_on, paid.paid, coalesce(came.amount, 0) AS came,
    paid.payment_rows, came.goods_received_rows
  FROM paid_by_invoice AS paid
  LEFT JOIN came_by_invoice AS came ON came.unit_id = paid.unit_id AND came.invoice = paid.invoice
),
paid_by_supplier AS (
  SELECT unit_id, supplier, max(payee_id) AS payee_id, currency, max(school) AS school, sum(amount) AS paid,
    max(paid_on) AS paid_on, list_sort(list(row_id)) AS payment_rows
  FROM judged
  WHERE invoice IS NULL
  GROUP BY unit_id, supplier, currency
),
by_month AS (
  SELECT unit_id, coalesce(supplier_name, supplier_id) AS supplier, CAST(date_trunc('month', moved_on) AS DATE) AS month, sum(amount) AS amount
  FROM slips
  GROUP BY unit_id, coalesce(supplier_name, supplier_id), CAST(date_trunc('month', moved_on) AS DATE)
),
-- A bill that equals what came in one of the months before it has its goods; without invoice numbers the others are shown.
unmet AS (
  SELECT judged.unit_id, judged.supplier, judged.currency, list_sort(list(judged.row_id)) AS payment_rows
  FROM judged
  ANTI JOIN by_month ON by_month.unit_id = judged.unit_id AND by_month.supplier IN (judged.supplier, judged.payee_id)
    AND by_month.month <= judged.paid_on AND by_month.month >= judged.paid_on - INTERVAL 1 DAY * $month_days
    AND abs(by_month.amount - judged.amount) <= judged.amount * CAST($near_share AS DECIMAL(9, 4))
  WHERE judged.invoice IS NULL
  GROUP BY judged.unit_id, judged.supplier, judged.currency
),
by_supplier AS (
  SELECT paid.unit_id, paid.school, paid.supplier, paid.currency, paid.paid_on, paid.paid,
    coalesce(sum(slips.amount), 0) AS came, coalesce(unmet.payment_rows, paid.payment_rows) AS payment_rows,
    list_sort(list(slips.row_id) FILTER (WHERE slips.row_id IS NOT NULL)) AS goods_received_rows
  FROM paid_by_supplier AS paid
  LEFT JOIN unmet ON unmet.unit_id = paid.unit_id AND unmet.supplier = paid.supplier
    AND unmet.currency IS NOT DISTINCT FROM paid.currency
  LEFT JOIN slips ON slips.unit_id = paid.unit_id AND (slips.supplier_name = paid.supplier OR slips.supplier_id = paid.payee_id)
  GROUP BY paid.unit_id, paid.school, paid.supplier, paid.currency, paid.paid_on, paid.paid,
    coalesce(unmet.payment_rows, paid.payment_rows)
),
missing AS (
  SELECT unit_id, school, supplier, currency, paid_on, CAST(paid - came AS DECIMAL(18, 2)) AS amount, paid, came,
    payment_rows, goods_received_rows
  FROM by_invoice
  WHERE paid - came > greatest($least_amount, paid * $least_share)
  UNION ALL
  SELECT unit_id, school, supplier, currency, paid_on, CAST(paid - came AS DECIMAL(18, 2)) AS amount, paid, came,
    payment_rows, CASE WHEN array_length(goods_received_rows) <= $most_slips THEN goods_received_rows END AS goods_received_rows
  FROM by_supplier
  WHERE paid - came > greatest($least_amount, paid * $least_share)
)
SELECT unit_id, max(school) AS school, supplier, currency, max(paid_on) AS last_on, count(*) AS bills,
  CAST(sum(paid) AS DECIMAL(18, 2)) AS paid, CAST(sum(came) AS DECIMAL(18, 2)) AS came,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS at_risk, list_sort(flatten(list(payment_rows))) AS payment_rows,
  list_sort(flatten(list(goods_received_rows) FILTER (WHERE goods_received_rows IS NOT NULL))) AS goods_received_rows
FROM missing
GROUP BY unit_id, supplier, currency
