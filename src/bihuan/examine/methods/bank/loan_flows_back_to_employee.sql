/*
id: loan_flows_back_to_employee
title: {zh: 贷款发放后有资金流入本行员工账户, en: Part of a loan came to an employee of the bank}
status: stable
role: lead
level: high
basis: []
why:
  zh: 贷款发放后不久，借款人直接或经一个中间账户向发放行的员工转款，可能是回扣、索贿，或员工借名贷款。
  en: Soon after a loan was paid out its borrower sent money to an employee of that bank, directly or over one other account; a kickback, or the employee's own loan in another name.
not_when:
  zh: 长期按月支付的房租、工资；归还此前的借款；员工本人的贷款；小额人情往来。
  en: A rent or wage paid every month since long before; an earlier private debt; the employee's own loan; small gifts.
ask:
  zh: 借款人和员工对转款的说明及凭据、员工在该笔贷款中的角色、中间账户的全部流水。
  en: What borrower and employee say and can show, the employee's part in the loan, all statements of the account between.
reads: [loan, bank_transaction]
optional: [payroll]
population: {table: loan, where: "amount > 0 AND account IS NOT NULL"}
max_share: 0.2
scope: lookback
params: {days_after: 30, hop_days: 15, least_amount: 1000, least_part: 0.3, usual_times: 3}
lead: {unit: unit_id, subject: [loan_id, employee_key], amount: total, currency: currency, on: last_on}
reason:
  zh: "{customer_name}的贷款{loan_id}（{amount}，客户经理{officer}）发放后，{times}笔共{total}转入本行员工{account_name}的账户（其中经中间账户{over}笔）。"
  en: "After loan {loan_id} of {customer_name} ({amount}, officer {officer}) was paid out, {total} in {times} transfers came to the account of {account_name}, who works there ({over} of them over another account)."
remedy: |
  SELECT loan.unit_id, loan.loan_id, md5(concat(payroll.unit_id, regexp_replace(payroll.account, '[^0-9A-Za-z]', '', 'g'))) AS employee_key,
    list_sort(list(DISTINCT back.row_id)) AS bank_transaction_rows
  FROM loan
  JOIN payroll ON payroll.unit_id = loan.unit_id
  JOIN bank_transaction AS back ON regexp_replace(back.account_no, '[^0-9A-Za-z]', '', 'g') = regexp_replace(loan.account, '[^0-9A-Za-z]', '', 'g')
    AND regexp_replace(back.other_account, '[^0-9A-Za-z]', '', 'g') = regexp_replace(payroll.account, '[^0-9A-Za-z]', '', 'g')
    AND back.in_amount >= $least_amount AND back.transacted_on > loan.from_date
  GROUP BY loan.unit_id, loan.loan_id, md5(concat(payroll.unit_id, regexp_replace(payroll.account, '[^0-9A-Za-z]', '', 'g')))
examples:
  - says: directly, and over a friend in two pieces; rent since long before, another bank's employee, a small sum, half a year later and the employee's own loan are left alone; the first was given back
    given:
      payroll:
        - {name: 客户经理, account: "7001", id_no: E1, month: 2025-01-01}
        - {name: 客户经理, account: "7001", id_no: E1, month: 2025-02-01}
        - {name: 柜员, account: "7002", id_no: E2, month: 2025-01-01}
        - {unit_id: U2, name: 外行员工, account: "7003", id_no: E3, month: 2025-01-01}
      loan:
        - &loan {loan_id: L1, customer_name: 甲, customer_id_no: K1, account: "6201", amount: 100000.00, from_date: 2025-06-12}
        - {<<: *loan, loan_id: L2, customer_name: 乙, customer_id_no: K2, account: "6202"}
        - {<<: *loan, loan_id: L3, customer_name: 丙, customer_id_no: K3, account: "6203"}
        - {<<: *loan, loan_id: L4, customer_name: 柜员, customer_id_no: E2, account: "6204"}
      bank_transaction:
        - &out {account_no: "6201", account_name: 甲, other_account: "7001", other_name: 客户经理, out_amount: 5000.00, transacted_on: 2025-06-14}
        - {<<: *out, account_no: "6202", account_name: 乙, other_account: "6300", other_name: 朋友, out_amount: 20000.00}
        - {<<: *out, account_no: "6300", account_name: 朋友, other_name: 经理, out_amount: 9000.00, transacted_on: 2025-06-16}
        - {<<: *out, account_no: "6300", account_name: 朋友, other_name: 经理, out_amount: 9500.00, transacted_on: 2025-06-20}
        - {<<: *out, account_no: "6203", other_account: "7002", out_amount: 2600.00, transacted_on: 2025-03-15}
        - {<<: *out, account_no: "6203", other_account: "7002", out_amount: 2600.00, transacted_on: 2025-04-15}
        - {<<: *out, account_no: "6203", other_account: "7002", out_amount: 2600.00, transacted_on: 2025-05-15}
        - {<<: *out, account_no: "6203", other_account: "7002", out_amount: 2600.00, transacted_on: 2025-06-15}
        - {<<: *out, account_no: "6203", other_account: "7003"}
        - {<<: *out, account_no: "6203", other_account: "7001", out_amount: 200.00}
        - {<<: *out, account_no: "6203", other_account: "7001", transacted_on: 2025-12-15}
        - {<<: *out, account_no: "6204", other_account: "7002"}
        - {account_no: "6201", other_account: "7001", in_amount: 5000.00, transacted_on: 2025-09-01}
    expect:
      - {loan_id: L1, total: 5000.00, times: 1, over: 0, loan_rows: [1], bank_transaction_rows: [1]}
      - {loan_id: L2, total: 18500.00, times: 2, over: 2, loan_rows: [2], bank_transaction_rows: [2, 3, 4]}
    remedied:
      - {loan_id: L1, bank_transaction_rows: [13]}
  - says: without a payroll, the loan's own officer by his name; another officer's name is a namesake
    given:
      loan:
        - &named {loan_id: L1, customer_name: 甲, account: "6201", amount: 100000.00, from_date: 2025-06-12, officer: 周经理}
        - {<<: *named, loan_id: L2, customer_name: 乙, account: "6202", officer: 吴经理}
      bank_transaction:
        - &sent {account_no: "6201", other_account: "7001", other_name: 周经理, out_amount: 5000.00, transacted_on: 2025-06-14}
        - {<<: *sent, account_no: "6202"}
    expect:
      - {loan_id: L1, account_name: 周经理, loan_rows: [1], bank_transaction_rows: [1]}
*/
WITH banks AS (
  SELECT unit_id, unit_id AS called
  FROM loan
  GROUP BY unit_id
  UNION
  SELECT unit_id, unit_name AS called
  FROM loan
  WHERE unit_name IS NOT NULL
  GROUP BY unit_id, unit_name
),
on_payroll AS (
  SELECT DISTINCT banks.unit_id, regexp_replace(payroll.account, '[^0-9A-Za-z]', '', 'g') AS account, payroll.name, payroll.id_no
  FROM payroll
  JOIN banks ON banks.called = payroll.unit_id OR banks.called = payroll.unit_name
  WHERE length(regexp_replace(payroll.account, '[^0-9A-Za-z]', '', 'g')) >= 4
),
officers AS (
  SELECT officer AS name, unit_id
  FROM loan
  WHERE length(officer) >= 2
  GROUP BY officer, unit_id
),
-- Where no payroll tells a wage account, whoever bears the name of a loan officer and receives from borrowers of that bank.
employees AS (
  SELECT unit_id, account, max(name) AS name, max(id_no) AS id_no, false AS is_by_name
  FROM on_payroll
  GROUP BY unit_id, account
  UNION ALL
  SELECT officers.unit_id, regexp_replace(bank_transaction.other_account, '[^0-9A-Za-z]', '', 'g') AS account, officers.name, NULL AS id_no, true AS is_by_name
  FROM bank_transaction
  JOIN officers ON officers.name = bank_transaction.other_name
  LEFT JOIN on_payroll ON on_payroll.unit_id = officers.unit_id
  WHERE on_payroll.unit_id IS NULL AND bank_transaction.out_amount >= $least_amount
    AND length(regexp_replace(bank_transaction.other_account, '[^0-9A-Za-z]', '', 'g')) >= 4
  GROUP BY officers.unit_id, regexp_replace(bank_transaction.other_account, '[^0-9A-Za-z]', '', 'g'), officers.name
),
noted AS (
  SELECT row_id, unit_id, loan_id, customer_name, customer_id_no, officer, amount, currency, from_date,
    regexp_replace(account, '[^0-9A-Za-z]', '', 'g') AS account,
    row_number() OVER (PARTITION BY unit_id, loan_id ORDER BY reported_on DESC NULLS LAST, row_id DESC) AS newest
  FROM loan
  WHERE amount > 0 AND account IS NOT NULL
),
loans AS (
  SELECT row_id, unit_id, loan_id, customer_name, customer_id_no, officer, amount, currency, from_date, account
  FROM noted
  WHERE newest = 1 AND account <> ''
),
-- One transfer may stand on the statements of both: the payer's goes first.
movements AS (
  SELECT row_id, regexp_replace(account_no, '[^0-9A-Za-z]', '', 'g') AS payer, regexp_replace(other_account, '[^0-9A-Za-z]', '', 'g') AS payee,
    out_amount AS amount, transacted_on
  FROM bank_transaction
  WHERE out_amount >= $least_amount AND account_no IS NOT NULL AND other_account IS NOT NULL
  UNION ALL
  SELECT row_id, regexp_replace(other_account, '[^0-9A-Za-z]', '', 'g') AS payer, regexp_replace(account_no, '[^0-9A-Za-z]', '', 'g') AS payee,
    in_amount AS amount, transacted_on
  FROM bank_transaction
  WHERE in_amount >= $least_amount AND account_no IS NOT NULL AND other_account IS NOT NULL
),
arrived AS (
  SELECT movements.row_id, movements.payer, movements.payee, movements.amount, movements.transacted_on
  FROM movements
  JOIN (SELECT DISTINCT account FROM employees) AS paid ON paid.account = movements.payee
  WHERE movements.payer <> movements.payee
),
-- What this payer already sent to this employee before: rent, wages, an old debt.
usual AS (
  SELECT later.row_id, count(DISTINCT earlier.transacted_on) AS times
  FROM arrived AS later
  JOIN arrived AS earlier ON earlier.payer = later.payer AND earlier.payee = later.payee AND earlier.transacted_on < later.transacted_on
    AND abs(earlier.amount - later.amount) <= later.amount * 0.2
  GROUP BY later.row_id
),
fresh AS (
  SELECT arrived.row_id, arrived.payer, arrived.payee, arrived.amount, arrived.transacted_on
  FROM arrived
  LEFT JOIN usual ON usual.row_id = arrived.row_id
  WHERE coalesce(usual.times, 0) < $usual_times
),
straight AS (
  SELECT loans.row_id AS loan_row, fresh.payee, fresh.amount, fresh.transacted_on, fresh.row_id, NULL AS first_row
  FROM loans
  JOIN fresh ON fresh.payer = loans.account AND fresh.transacted_on >= loans.from_date
    AND fresh.transacted_on <= loans.from_date + INTERVAL 1 DAY * $days_after
),
over_another AS (
  SELECT loans.row_id AS loan_row, fresh.payee, fresh.amount, fresh.transacted_on, fresh.row_id, first.row_id AS first_row, first.amount AS first_amount
  FROM fresh
  JOIN movements AS first ON first.payee = fresh.payer AND first.transacted_on <= fresh.transacted_on
    AND first.transacted_on >= fresh.transacted_on - INTERVAL 1 DAY * $hop_days
  JOIN loans ON loans.account = first.payer AND first.transacted_on >= loans.from_date
    AND first.transacted_on <= loans.from_date + INTERVAL 1 DAY * $days_after
  WHERE first.payer <> fresh.payee
),
-- Only where a good part of what the other account got went on.
passed_on AS (
  SELECT loan_row, payee, first_row
  FROM over_another
  GROUP BY loan_row, payee, first_row, first_amount
  HAVING sum(amount) >= first_amount * $least_part AND sum(amount) <= first_amount * 1.05
),
found AS (
  SELECT loan_row, payee, amount, transacted_on, row_id, first_row
  FROM straight
  UNION ALL
  SELECT over_another.loan_row, over_another.payee, over_another.amount, over_another.transacted_on, over_another.row_id, over_another.first_row
  FROM over_another
  JOIN passed_on ON passed_on.loan_row = over_another.loan_row AND passed_on.payee = over_another.payee AND passed_on.first_row = over_another.first_row
),
-- The two statements of one transfer count once.
once AS (
  SELECT loan_row, payee, amount, transacted_on, max(CASE WHEN first_row IS NOT NULL THEN 1 ELSE 0 END) AS is_over, count(*) AS seen,
    list_sort(list_distinct(list_concat(list(row_id) FILTER (WHERE row_id IS NOT NULL), list(first_row) FILTER (WHERE first_row IS NOT NULL)))) AS movement_rows
  FROM found
  GROUP BY loan_row, payee, amount, transacted_on
)
SELECT loans.unit_id, loans.loan_id, md5(concat(employees.unit_id, employees.account)) AS employee_key, employees.name AS account_name,
  loans.customer_name, loans.amount, coalesce(loans.officer, '—') AS officer, loans.currency, count(*) AS times, sum(once.is_over) AS over,
  CAST(sum(once.amount) AS DECIMAL(18, 2)) AS total, max(once.transacted_on) AS last_on, list_sort(list(DISTINCT loans.row_id)) AS loan_rows,
  list_sort(list_distinct(flatten(list(once.movement_rows)))) AS bank_transaction_rows
FROM once
JOIN loans ON loans.row_id = once.loan_row
JOIN employees ON employees.account = once.payee AND employees.unit_id = loans.unit_id
WHERE coalesce(loans.customer_id_no, '') <> coalesce(employees.id_no, '-') AND (NOT employees.is_by_name OR loans.officer = employees.name)
GROUP BY loans.unit_id, loans.loan_id, employees.unit_id, employees.account, employees.name, loans.customer_name, loans.amount, loans.officer, loans.currency
