/*
id: new_loan_pays_old
title: {zh: 旧贷款刚还清就发放新贷款（借新还旧）, en: "A new loan pays an old one"}
status: stable
role: lead
level: medium
basis: [bank-class]
why:
  zh: 同一借款人整笔归还旧贷款的前后几天又得到金额相近的新贷款，旧贷款可能是用新贷款（或过桥资金）还的，逾期和不良被掩盖。
  en: Days around the day on which all of an old loan was repaid, the borrower got a new one of about the same amount; the new loan, or a bridge, may have paid the old one, and a bad loan looks well.
not_when:
  zh: 登记为无还本续贷、续贷的；登记为借新还旧、重组并已列关注以下的；用销售回款还款、按季节再贷的。
  en: A renewal without repayment that is on record as such; a restructured loan graded accordingly; a seasonal loan repaid out of sales.
ask:
  zh: 还款资金来源（流水、过桥人）、新贷款资金去向、两笔贷款的调查审批和五级分类。
  en: Where the money of the repayment came from (statements, the bridge), where the new loan went, how both were approved and graded.
reads: [loan, repayment]
optional: [bank_transaction]
population: {table: loan, where: "amount > 0"}
max_share: 0.2
scope: all
params: {days_before: 3, days_after: 15, least_share: 0.6, least_part: 0.8, like_part: 1.3, most_part: 2, bridge_days: 10, renewed: "无还本|续贷|展期", restructured: "借新还旧|重组|转贷|以贷收贷"}
lead: {unit: unit_id, subject: [old_loan_id, new_loan_id], amount: repaid, currency: currency, on: new_on}
reason:
  zh: "{customer_name}于{repaid_on}整笔归还贷款{old_loan_id}本金{repaid}，{new_on}又得到贷款{new_loan_id}共{new_amount}；流水中与过桥相符的收付{bridges}笔。"
  en: "{customer_name} repaid {repaid} of loan {old_loan_id} on {repaid_on} and got loan {new_loan_id} of {new_amount} on {new_on}; {bridges} movements on the statements look like a bridge."
examples:
  - says: the same morning, over a bridge of a week, and out of another's loan that was paid to the borrower; a renewal on record, the next season, a much larger one after days, an instalment and somebody else's loan are left alone
    given:
      loan:
        - &old {loan_id: A1, customer_id_no: K1, customer_name: 甲, account: "6201", amount: 100000.00, from_date: 2024-05-20, to_date: 2025-05-20}
        - {<<: *old, loan_id: A2, amount: 105000.00, from_date: 2025-05-20}
        - {<<: *old, loan_id: B1, customer_id_no: K2, customer_name: 乙, account: "6202"}
        - {<<: *old, loan_id: B2, customer_id_no: K2, customer_name: 乙, account: "6202", amount: 110000.00, from_date: 2025-05-27}
        - {<<: *old, loan_id: C1, customer_id_no: K3, customer_name: 丙, account: "6203"}
        - {<<: *old, loan_id: C2, customer_id_no: K3, customer_name: 丙, account: "6203", how: 无还本续贷, from_date: 2025-05-20}
        - {<<: *old, loan_id: D1, customer_id_no: K4, customer_name: 丁, account: "6204"}
        - {<<: *old, loan_id: D2, customer_id_no: K4, customer_name: 丁, account: "6204", from_date: 2025-07-20}
        - {<<: *old, loan_id: F1, customer_id_no: K6, customer_name: 己有限公司, account: "6206"}
        - {<<: *old, loan_id: F2, customer_id_no: K7, customer_name: 庚有限公司, account: "6207", from_date: 2025-05-19, entrusted_to: 己有限公司}
        - {<<: *old, loan_id: H1, customer_id_no: K8, customer_name: 辛, account: "6208"}
        - {<<: *old, loan_id: H2, customer_id_no: K8, customer_name: 辛, account: "6208", amount: 180000.00, from_date: 2025-05-30}
        - {<<: *old, loan_id: E1, customer_id_no: K5, customer_name: 戊, account: "6205", from_date: 2025-05-20}
      repayment:
        - &paid {loan_id: A1, paid_on: 2025-05-20, principal: 100000.00}
        - {<<: *paid, loan_id: B1, unit_id: 另一个名称}
        - {<<: *paid, loan_id: C1}
        - {<<: *paid, loan_id: D1}
        - {<<: *paid, loan_id: F1}
        - {<<: *paid, loan_id: H1}
        - {<<: *paid, loan_id: A1, paid_on: 2025-01-20, principal: 1000.00}
      bank_transaction:
        - {account_no: "6202", in_amount: 100000.00, other_account: "9", other_name: 过桥人, transacted_on: 2025-05-19}
        - {account_no: "6202", out_amount: 101000.00, other_account: "9", other_name: 过桥人, transacted_on: 2025-05-27}
    expect:
      - {old_loan_id: A1, new_loan_id: A2, repaid: 100000.00, bridges: 0, loan_rows: [1, 2], repayment_rows: [1]}
      - {old_loan_id: B1, new_loan_id: B2, bridges: 2, loan_rows: [3, 4], repayment_rows: [2], bank_transaction_rows: [1, 2]}
      - {old_loan_id: F1, new_loan_id: F2, loan_rows: [9, 10], repayment_rows: [5]}
*/
WITH noted AS (
  SELECT row_id, unit_id, loan_id, coalesce(customer_id_no, customer_id, customer_name) AS customer_key, customer_name, amount, currency, from_date,
    concat(coalesce(how, ''), coalesce(purpose, '')) AS how, coalesce(class, '') AS class,
    nullif(regexp_replace(coalesce(account, ''), '[^0-9A-Za-z]', '', 'g'), '') AS account,
    nullif(regexp_replace(coalesce(entrusted_account, ''), '[^0-9A-Za-z]', '', 'g'), '') AS seller_account, entrusted_to AS seller,
    row_number() OVER (PARTITION BY unit_id, loan_id ORDER BY reported_on DESC NULLS LAST, row_id DESC) AS newest
  FROM loan
  WHERE amount > 0
),
loans AS (
  SELECT row_id, unit_id, loan_id, customer_key, customer_name, amount, currency, from_date, how, class, account, seller_account, seller
  FROM noted
  WHERE newest = 1 AND customer_key IS NOT NULL
),
-- A loan serves who signs for it, and the borrower to whom the bank pays it out in his stead.
served AS (
  SELECT loans.row_id, loans.unit_id, loans.loan_id, loans.amount, loans.currency, loans.from_date, loans.how, loans.class, loans.account, loans.customer_key
  FROM loans
  UNION
  SELECT loans.row_id, loans.unit_id, loans.loan_id, loans.amount, loans.currency, loans.from_date, loans.how, loans.class, loans.account, other.customer_key
  FROM loans
  JOIN loans AS other ON other.unit_id = loans.unit_id AND other.account = loans.seller_account
  UNION
  SELECT loans.row_id, loans.unit_id, loans.loan_id, loans.amount, loans.currency, loans.from_date, loans.how, loans.class, loans.account, other.customer_key
  FROM loans
  JOIN loans AS other ON other.unit_id = loans.unit_id AND other.customer_name = loans.seller
  WHERE length(loans.seller) >= 5
),
-- A list of repayments often names no bank: a loan's number that only one bank uses is enough.
numbers AS (
  SELECT loan_id, min(unit_id) AS only_unit
  FROM loan
  GROUP BY loan_id
  HAVING count(DISTINCT unit_id) = 1
),
-- All or most of a loan repaid on one day; it carries what is told of the loan, so that old and new meet in one join by
-- bank and customer and not day by day.
lumps AS (
  SELECT loans.row_id, loans.unit_id, loans.loan_id, loans.customer_key, loans.customer_name, loans.currency, loans.account,
    loans.from_date, repayment.paid_on, sum(repayment.principal) AS repaid, list_sort(list(repayment.row_id)) AS repayment_rows
  FROM repayment
  LEFT JOIN numbers ON numbers.loan_id = repayment.loan_id
  JOIN loans ON loans.loan_id = repayment.loan_id AND loans.unit_id = coalesce(numbers.only_unit, repayment.unit_id)
  WHERE repayment.principal > 0
  GROUP BY loans.row_id, loans.unit_id, loans.loan_id, loans.customer_key, loans.customer_name, loans.currency, loans.account,
    loans.from_date, repayment.paid_on, loans.amount
  HAVING sum(repayment.principal) >= loans.amount * $least_share
),
rolled AS (
  SELECT old.unit_id, old.loan_id AS old_loan_id, new.loan_id AS new_loan_id, old.customer_name, old.currency, old.account,
    new.account AS new_account, old.repaid, old.paid_on AS repaid_on, new.amount AS new_amount, new.from_date AS new_on,
    old.row_id AS old_row, new.row_id AS new_row, old.repayment_rows,
    row_number() OVER (PARTITION BY new.row_id ORDER BY old.repaid DESC, old.row_id) AS place
  FROM lumps AS old
  JOIN served AS new ON new.unit_id = old.unit_id AND new.customer_key = old.customer_key AND new.row_id <> old.row_id
    AND new.currency IS NOT DISTINCT FROM old.currency AND new.from_date > old.from_date
    AND new.from_date >= old.paid_on - INTERVAL 1 DAY * $days_before AND new.from_date <= old.paid_on + INTERVAL 1 DAY * $days_after
    AND new.amount >= old.repaid * $least_part
    -- A larger one must follow at once; one of about the same amount may wait for its bridge.
    AND new.amount <= old.repaid * CASE WHEN new.from_date <= old.paid_on + INTERVAL 1 DAY * $days_before THEN $most_part ELSE $like_part END
  WHERE NOT regexp_matches(new.how, $renewed)
    AND NOT (regexp_matches(new.how, $restructured) AND NOT regexp_matches(new.class, '正常|^0?1$'))
),
movements AS (
  SELECT row_id, regexp_replace(account_no, '[^0-9A-Za-z]', '', 'g') AS account, other_account, in_amount, out_amount, transacted_on
  FROM bank_transaction
  WHERE account_no IS NOT NULL AND other_account IS NOT NULL
),
-- Somebody lends for the days between, and is paid out of the new loan.
bridged AS (
  SELECT rolled.new_row, came.row_id AS came_row, went.row_id AS went_row
  FROM rolled
  JOIN movements AS came ON came.account = rolled.account AND came.in_amount >= rolled.repaid * $least_part
    AND came.transacted_on <= rolled.repaid_on AND came.transacted_on >= rolled.repaid_on - INTERVAL 1 DAY * $bridge_days
  JOIN movements AS went ON went.account = rolled.new_account AND went.other_account = came.other_account
    AND went.out_amount >= rolled.repaid * $least_part
    AND went.transacted_on >= rolled.new_on AND went.transacted_on <= rolled.new_on + INTERVAL 1 DAY * $bridge_days
  WHERE rolled.place = 1
),
bridges AS (
  SELECT new_row, list_sort(list_distinct(list_concat(list(came_row) FILTER (WHERE came_row IS NOT NULL), list(went_row) FILTER (WHERE went_row IS NOT NULL)))) AS bridge_rows
  FROM bridged
  GROUP BY new_row
),
two_loans AS (
  SELECT new_row, new_row AS loan_row
  FROM rolled
  WHERE place = 1
  UNION
  SELECT new_row, old_row AS loan_row
  FROM rolled
  WHERE place = 1
),
ends AS (
  SELECT new_row, list_sort(list(loan_row) FILTER (WHERE loan_row IS NOT NULL)) AS loan_rows
  FROM two_loans
  GROUP BY new_row
)
SELECT rolled.unit_id, rolled.old_loan_id, rolled.new_loan_id, rolled.customer_name, CAST(rolled.repaid AS DECIMAL(18, 2)) AS repaid, rolled.repaid_on,
  rolled.new_amount, rolled.new_on, rolled.currency, coalesce(array_length(bridges.bridge_rows), 0) AS bridges, ends.loan_rows, rolled.repayment_rows,
  bridges.bridge_rows AS bank_transaction_rows
FROM rolled
JOIN ends ON ends.new_row = rolled.new_row
LEFT JOIN bridges ON bridges.new_row = rolled.new_row
WHERE rolled.place = 1
