/*
id: many_loans_one_user
title: {zh: 多人名下的贷款归集给一个人使用（垒大户）, en: Loans in several names end on one account}
status: stable
role: lead
level: high
basis: []
why:
  zh: 几名借款人的贷款发放后不久，大部分转到同一账户，或由同一账户还款、留同一电话：实际用款人可能只有一个，绕开了单户限额和审批权限。
  en: Soon after several loans were paid out, most of each went to one account, or one account repays them, or one phone stands for them; there may be one user, past the limit for one borrower and past those who must approve.
not_when:
  zh: 受托支付给经销商（已登记的不计）；向同一经销商购买农资、农机；村集体或合作社统一采购；一家人共用电话。
  en: Payment to the seller as the loan's terms ask (left out where it is on record); purchases from one dealer; a village or cooperative that buys for all; a family's phone.
ask:
  zh: 逐户核实借款用途和资金去向，用款账户的全部流水，用款人与银行人员的关系，贷款调查和审批人。
  en: Each borrower's purpose and where the money went, all statements of the account, what its owner is to the bank's people, who looked into and approved the loans.
reads: [loan]
optional: [bank_transaction, repayment]
population: {table: loan, where: "amount > 0"}
max_share: 0.2
scope: all
params: {days_after: 15, least_share: 0.7, least_people: 3, most_people: 40, least_phones: 4, least_times: 3, least_sellers: 20, within_days: 180, dealers: "农机|农资|农业生产资料|汽车|车业|汽贸|房地产|置业|置地|种业|种苗|饲料|化肥|医院|学校|学院|大学|装饰|装修|家居|电器|担保|保险|供销", turned_over: "周转|流动资金", bought: "农机|农资|化肥|饲料|种子|种苗|车|房|装修|助学|学费|按揭|医|保险"}
lead: {unit: unit_id, subject: [user_key], amount: lent, currency: currency, on: last_on}
reason:
  zh: "{people}名借款人的{loans}笔贷款共{lent}：发放后不久大部分转入“{entrusted_to}”账户的{passed_on}笔，由同一账户还款的{repaid_by}笔，留同一电话的{same_phone}笔。"
  en: "{loans} loans of {people} borrowers, {lent} in all: most of {passed_on} soon went to the account of “{entrusted_to}”, {repaid_by} are repaid from one account, {same_phone} stand under one phone."
examples:
  - says: three loans are on one account within days, in one or two pieces, under two spellings of its name; the dealer who is paid for the borrower, a part and a single borrower are left alone
    given:
      loan:
        - &loan {loan_id: L1, customer_id_no: K1, customer_name: 甲, address: 东村, account: "6201", amount: 100000.00, from_date: 2025-03-03, phone: "1"}
        - {<<: *loan, loan_id: L2, customer_id_no: K2, customer_name: 乙, address: 西村, account: "6202", phone: "2"}
        - {<<: *loan, loan_id: L3, customer_id_no: K3, customer_name: 丙, address: 南村, account: "6203", phone: "3"}
        - {<<: *loan, loan_id: L4, customer_id_no: K4, customer_name: 丁, address: 北村, account: "6204", phone: "4"}
        - {<<: *loan, loan_id: D1, customer_id_no: K5, customer_name: 戊, address: 中村, account: "6205", entrusted_account: "8888", phone: "5"}
        - {<<: *loan, loan_id: D2, customer_id_no: K6, customer_name: 己, address: 上村, account: "6206", entrusted_account: "8888", phone: "6"}
        - {<<: *loan, loan_id: D3, customer_id_no: K7, customer_name: 庚, address: 下村, account: "6207", entrusted_to: 农机公司, phone: "7"}
      bank_transaction:
        - &out {account_no: "6201", account_name: 甲, other_account: "9999", other_name: 老板, out_amount: 99000.00, transacted_on: 2025-03-04}
        - {<<: *out, account_no: "6202", account_name: 乙, out_amount: 50000.00}
        - {<<: *out, account_no: "6202", account_name: 乙, out_amount: 45000.00, transacted_on: 2025-03-12}
        - {<<: *out, account_no: "6203", account_name: 丙, other_name: 老板哥}
        - {<<: *out, account_no: "6204", account_name: 丁, out_amount: 20000.00}
        - {<<: *out, account_no: "6205", other_account: "8888", other_name: 农机公司}
        - {<<: *out, account_no: "6206", other_account: "8888", other_name: 农机公司}
        - {<<: *out, account_no: "6207", other_account: "8888", other_name: 农机公司}
        - {<<: *out, account_no: "6204", transacted_on: 2025-06-04}
    expect:
      - {people: 3, loans: 3, lent: 300000.00, loan_rows: [1, 2, 3], bank_transaction_rows: [1, 2, 3, 4]}
  - says: one account repays the loans of three others; of two by the list of loans, of the third by the list of repayments
    given:
      loan:
        - &other {loan_id: L1, customer_id_no: K1, customer_name: 甲, address: 东村, account: "6201", repay_account: "9999", amount: 100000.00, from_date: 2025-03-03}
        - {<<: *other, loan_id: L2, customer_id_no: K2, customer_name: 乙, address: 西村, account: "6202"}
        - {<<: *other, loan_id: L3, customer_id_no: K3, customer_name: 丙, address: 南村, account: "6203", repay_account: null}
        - {<<: *other, loan_id: L4, customer_id_no: K4, customer_name: 丁, address: 北村, account: "6204", repay_account: "6204"}
      repayment:
        - {loan_id: L3, account: "9999", amount: 500.00, paid_on: 2025-04-21}
        - {loan_id: L4, account: "6204", amount: 500.00, paid_on: 2025-04-21}
    expect:
      - {people: 3, loans: 3, loan_rows: [1, 2, 3]}
  - says: the bank pays one trading firm for three borrowers within months; a dealer in machines, and a builder of homes are left alone
    given:
      loan:
        - &sold {loan_id: L1, customer_id_no: K1, customer_name: 甲, address: 东村, account: "6201", amount: 100000.00, from_date: 2025-03-03, purpose: 资金周转, entrusted_to: 某置业公司, entrusted_account: "9999"}
        - {<<: *sold, loan_id: L2, customer_id_no: K2, customer_name: 乙, address: 西村, from_date: 2025-05-03, entrusted_to: null}
        - {<<: *sold, loan_id: L3, customer_id_no: K3, customer_name: 丙, address: 南村}
        - {<<: *sold, loan_id: N1, customer_id_no: K4, customer_name: 丁, address: 北村, purpose: 种植, entrusted_to: 某农机公司, entrusted_account: null}
        - {<<: *sold, loan_id: N2, customer_id_no: K5, customer_name: 戊, address: 中村, purpose: 种植, entrusted_to: 某农机公司, entrusted_account: null}
        - {<<: *sold, loan_id: N3, customer_id_no: K6, customer_name: 己, address: 上村, purpose: 种植, entrusted_to: 某农机公司, entrusted_account: null}
        - {<<: *sold, loan_id: N4, customer_id_no: K7, customer_name: 庚, address: 下村, entrusted_account: "7777", entrusted_to: 某开发公司, purpose: 购房}
        - {<<: *sold, loan_id: N5, customer_id_no: K8, customer_name: 辛, address: 后村, entrusted_account: "7777", entrusted_to: 某开发公司, purpose: 购房}
        - {<<: *sold, loan_id: N6, customer_id_no: K9, customer_name: 壬, address: 前村, entrusted_account: "7777", entrusted_to: 某开发公司, purpose: 购房}
    expect:
      - {people: 3, loans: 3, loan_rows: [1, 2, 3]}
*/
WITH noted AS (
  SELECT row_id AS loan_row, unit_id, loan_id, coalesce(customer_id_no, customer_id, customer_name, loan_id) AS customer, customer_name,
    coalesce(address, customer_id_no, loan_id) AS home, amount, currency, from_date, phone,
    nullif(regexp_replace(coalesce(account, ''), '[^0-9A-Za-z]', '', 'g'), '') AS account,
    nullif(regexp_replace(coalesce(repay_account, ''), '[^0-9A-Za-z]', '', 'g'), '') AS repay_account,
    regexp_replace(coalesce(entrusted_account, ''), '[^0-9A-Za-z]', '', 'g') AS seller_account, coalesce(entrusted_to, '') AS seller,
    coalesce(purpose, '') AS purpose,
    row_number() OVER (PARTITION BY unit_id, loan_id ORDER BY reported_on DESC NULLS LAST, row_id DESC) AS newest
  FROM loan
  WHERE amount > 0
),
loans AS (
  SELECT loan_row, unit_id, loan_id, customer, customer_name, home, amount, currency, from_date, phone, account, repay_account, seller_account, seller, purpose
  FROM noted
  WHERE newest = 1
),
numbers AS (
  SELECT loan_id, min(unit_id) AS only_unit
  FROM loan
  GROUP BY loan_id
  HAVING count(DISTINCT unit_id) = 1
),
movements AS (
  SELECT row_id, regexp_replace(account_no, '[^0-9A-Za-z]', '', 'g') AS payer, regexp_replace(other_account, '[^0-9A-Za-z]', '', 'g') AS payee,
    other_name AS payee_name, out_amount AS amount, currency, transacted_on
  FROM bank_transaction
  WHERE out_amount > 0 AND account_no IS NOT NULL AND other_account IS NOT NULL
),
-- What went on from the borrower's account within days, but to the seller whom the bank itself pays.
passed AS (
  SELECT loans.loan_row, loans.unit_id, movements.payee, max(movements.payee_name) AS payee_name, sum(movements.amount) AS amount,
    list_sort(list(movements.row_id)) AS movement_rows
  FROM loans
  JOIN movements ON movements.payer = loans.account AND movements.transacted_on >= loans.from_date
    AND movements.transacted_on <= loans.from_date + INTERVAL 1 DAY * $days_after
    AND movements.currency IS NOT DISTINCT FROM loans.currency
  WHERE movements.payee <> '' AND movements.payee <> loans.account AND movements.payee <> loans.seller_account
    AND coalesce(movements.payee_name, '') <> coalesce(loans.customer_name, '')
    AND (loans.seller = '' OR coalesce(movements.payee_name, '') <> loans.seller)
  GROUP BY loans.loan_row, loans.unit_id, movements.payee, loans.amount
  HAVING sum(movements.amount) >= loans.amount * $least_share
),
used AS (
  SELECT loan_row, 1 AS sign, payee AS user_of, payee_name AS user_name, movement_rows
  FROM passed
  UNION ALL
  SELECT loan_row, 2 AS sign, repay_account AS user_of, repay_account AS user_name, NULL AS movement_rows
  FROM loans
  WHERE repay_account IS NOT NULL AND account IS NOT NULL AND repay_account <> account
  UNION ALL
  SELECT DISTINCT loans.loan_row, 2 AS sign, regexp_replace(repayment.account, '[^0-9A-Za-z]', '', 'g') AS user_of, NULL AS user_name, NULL AS movement_rows
  FROM repayment
  LEFT JOIN numbers ON numbers.loan_id = repayment.loan_id
  JOIN loans ON loans.loan_id = repayment.loan_id AND loans.unit_id = coalesce(numbers.only_unit, repayment.unit_id)
  WHERE length(regexp_replace(repayment.account, '[^0-9A-Za-z]', '', 'g')) >= 4
    AND regexp_replace(repayment.account, '[^0-9A-Za-z]', '', 'g') <> loans.account
    AND regexp_replace(repayment.account, '[^0-9A-Za-z]', '', 'g') <> coalesce(loans.repay_account, '')
  UNION ALL
  SELECT loan_row, 3 AS sign, phone AS user_of, phone AS user_name, NULL AS movement_rows
  FROM loans
  WHERE length(phone) >= 7
),
-- Whom the bank itself pays for several borrowers: dealers are paid for many all year, a hidden user for his own few.
sellers AS (
  SELECT loan_row, unit_id, customer, from_date, CASE WHEN length(seller_account) >= 4 THEN seller_account ELSE seller END AS paid_to,
    regexp_matches(purpose, $bought) OR regexp_matches(seller, $dealers) AND NOT regexp_matches(purpose, $turned_over) AS is_dealer
  FROM loans
  WHERE length(seller_account) >= 4 OR length(seller) >= 2
),
paid_for AS (
  SELECT unit_id, paid_to, count(DISTINCT customer) AS people,
    count(*) FILTER (WHERE is_dealer) * 2 < count(*) AND date_diff('day', min(from_date), max(from_date)) <= $within_days AS is_odd
  FROM sellers
  GROUP BY unit_id, paid_to
),
-- Where the bank pays many firms for its borrowers, only one with far more of them than is usual stands out.
usual AS (
  SELECT unit_id, CASE WHEN count(*) >= $least_sellers THEN median(CAST(people AS DOUBLE)) ELSE 0 END AS people
  FROM paid_for
  GROUP BY unit_id
),
hidden AS (
  SELECT paid_for.unit_id, paid_for.paid_to
  FROM paid_for
  JOIN usual ON usual.unit_id = paid_for.unit_id
  WHERE paid_for.is_odd AND paid_for.people >= $least_times * usual.people
),
all_used AS (
  SELECT loan_row, sign, user_of, user_name, movement_rows
  FROM used
  UNION ALL
  SELECT loans.loan_row, 4 AS sign, sellers.paid_to AS user_of, nullif(loans.seller, '') AS user_name, NULL AS movement_rows
  FROM loans
  JOIN sellers ON sellers.loan_row = loans.loan_row
  JOIN hidden ON hidden.unit_id = sellers.unit_id AND hidden.paid_to = sellers.paid_to
),
users AS (
  SELECT loans.unit_id, used.sign, used.user_of, min(used.user_name) AS user_name, count(DISTINCT loans.customer) AS people,
    count(DISTINCT loans.home) AS homes, count(DISTINCT loans.loan_row) AS loans, sum(loans.amount) AS lent, loans.currency,
    max(loans.from_date) AS last_on, list_sort(list(DISTINCT loans.loan_row) FILTER (WHERE loans.loan_row IS NOT NULL)) AS loan_rows,
    list_sort(flatten(list(used.movement_rows) FILTER (WHERE used.movement_rows IS NOT NULL))) AS bank_transaction_rows
  FROM all_used AS used
  JOIN loans ON loans.loan_row = used.loan_row
  GROUP BY loans.unit_id, used.sign, used.user_of, loans.currency
)
SELECT unit_id, md5(concat(CAST(sign AS VARCHAR), user_of)) AS user_key,
  CASE WHEN sign IN (1, 4) THEN coalesce(user_name, '') ELSE '' END AS entrusted_to, CASE WHEN sign IN (1, 4) THEN loans ELSE 0 END AS passed_on,
  CASE WHEN sign = 2 THEN loans ELSE 0 END AS repaid_by, CASE WHEN sign = 3 THEN loans ELSE 0 END AS same_phone,
  people, loans, CAST(lent AS DECIMAL(18, 2)) AS lent, currency, last_on, loan_rows, bank_transaction_rows
FROM users
WHERE homes >= CASE WHEN sign = 3 THEN $least_phones ELSE $least_people END AND people >= $least_people AND people <= $most_people
