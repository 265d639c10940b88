/*
id: interest_subsidy_without_loan
title: {zh: 没有贷款而领取贴息, en: An interest subsidy without the loan}
status: stable
role: lead
level: high
basis: []
why:
  zh: 贴息申报的借据在银行台账中不存在、属于别的企业、早已结清，或贷款金额小于申报本金，贴息没有依据。
  en: The loan named in the claim is not in the banks' lists, is another firm's, was paid back long before, or is smaller than the principal claimed.
not_when:
  zh: 展期或借新还旧后编号改变；填的是合同号；结清后申报结清前的贴息；该银行没有报送台账。
  en: A new number after an extension; the contract's number was written; interest for the time before it was paid back; that bank handed nothing over.
ask:
  zh: 借款合同、借据、放款和付息回单，银行盖章的贷款明细。
  en: The contract, the note, slips of the loan and of interest paid, the bank's stamped list.
reads: [claim, loan]
optional: [payment, nontax_income]
population: {table: claim, where: "amount > 0 AND loan_id IS NOT NULL"}
scope: all
params: {settled_days: 100, over_share: 0.02, covered_share: 0.5, shortest: 4, shortest_number: 4, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败"}
lead: {unit: unit_id, subject: [loan_id, firm_key], amount: at_risk, currency: currency, on: last_on}
reason:
  zh: "{firm}以借据{loan_id}申领贴息{times}次共{total}：{grounds}。"
  en: "{firm} drew interest subsidies {times} times, {total} in all, on loan {loan_id}: {grounds}."
remedy: |
  -- Money that came back names the claims; together no less than what was drawn on the loan.
  WITH
  back AS (
    SELECT -amount AS amount, currency, paid_on AS on_day, coalesce(purpose, '') AS words, row_id AS payment_row, NULL AS income_row
    FROM payment
    WHERE amount < 0 AND coalesce(status, 'paid') IN ('paid', 'returned')
    UNION ALL
    SELECT amount, currency, coalesce(paid_on, billed_on) AS on_day, concat(coalesce(item, ''), coalesce(note, '')) AS words,
      NULL AS payment_row, row_id AS income_row
    FROM nontax_income
    WHERE amount > 0 AND coalesce(status, 'paid') = 'paid'
  ),
  named AS (
    SELECT claim.row_id, back.amount, back.payment_row, back.income_row
    FROM claim
    JOIN back ON (contains(back.words, claim.claim_no) AND length(claim.claim_no) >= $shortest_number
        OR contains(back.words, claim.loan_id) AND length(claim.loan_id) >= $shortest)
      AND back.currency IS NOT DISTINCT FROM claim.currency AND back.on_day >= coalesce(claim.bought_on, claim.paid_on, back.on_day)
    WHERE regexp_matches(back.words, '退|追|缴|还|收回')
  ),
  once AS (
    SELECT claim.unit_id, claim.loan_id, claim.applicant_id_no, claim.applicant, named.payment_row, named.income_row, max(named.amount) AS amount
    FROM claim
    JOIN named ON named.row_id = claim.row_id
    GROUP BY claim.unit_id, claim.loan_id, claim.applicant_id_no, claim.applicant, named.payment_row, named.income_row
  ),
  returned AS (
    SELECT unit_id, loan_id, md5(coalesce(applicant_id_no, applicant, '')) AS firm_key, sum(amount) AS amount,
      list_sort(list(DISTINCT payment_row) FILTER (WHERE payment_row IS NOT NULL)) AS payment_rows,
      list_sort(list(DISTINCT income_row) FILTER (WHERE income_row IS NOT NULL)) AS nontax_income_rows
    FROM once
    GROUP BY unit_id, loan_id, md5(coalesce(applicant_id_no, applicant, ''))
  ),
  drawn AS (
    SELECT unit_id, loan_id, md5(coalesce(applicant_id_no, applicant, '')) AS firm_key, sum(amount) AS amount
    FROM claim
    WHERE amount > 0 AND loan_id IS NOT NULL AND NOT regexp_matches(coalesce(status, ''), $gone)
    GROUP BY unit_id, loan_id, md5(coalesce(applicant_id_no, applicant, ''))
  )
  SELECT returned.unit_id, returned.loan_id, returned.firm_key, returned.payment_rows, returned.nontax_income_rows
  FROM returned
  JOIN drawn ON drawn.unit_id = returned.unit_id AND drawn.loan_id = returned.loan_id AND drawn.firm_key = returned.firm_key
  WHERE returned.amount >= drawn.amount
examples:
  - says: no such loan, another's, paid back long before, and smaller than claimed; a renewed one, a contract's number, a bank that handed nothing over and a true loan are left alone
    given:
      loan:
        - &lent {unit_id: B1, unit_name: 工商银行云禾支行, loan_id: JJ0001, contract_no: HT0001, customer_name: 甲公司, customer_id_no: 91130999MA0000000A, amount: 1000000.00, from_date: 2024-06-01}
        - {<<: *lent, loan_id: JJ0002, contract_no: HT0002, customer_name: 乙公司, customer_id_no: 91130999MA0000000B}
        - {<<: *lent, loan_id: JJ0003, contract_no: HT0003, settled_on: 2025-01-10}
        - {<<: *lent, loan_id: JJ0004, contract_no: HT0004, amount: 500000.00}
        - {<<: *lent, loan_id: JJ0095, contract_no: HT0005, extends: JJ0005}
      claim:
        - &drew {claim_no: TX0001, programme: 设备更新贷款贴息, applicant: 甲公司, applicant_id_no: 91130999MA0000000A, bank: 工商银行云禾支行, loan_id: JJ0001, loan_amount: 1000000.00, amount: 2500.00, bought_on: 2025-07-01}
        - {<<: *drew, claim_no: TX0002, loan_id: JJ9999}
        - {<<: *drew, claim_no: TX0003, loan_id: JJ0002}
        - {<<: *drew, claim_no: TX0004, loan_id: JJ0003}
        - {<<: *drew, claim_no: TX0005, loan_id: JJ0003, bought_on: 2025-04-01}
        - {<<: *drew, claim_no: TX0006, loan_id: JJ0004}
        - {<<: *drew, claim_no: TX0007, loan_id: JJ0005}
        - {<<: *drew, claim_no: TX0008, loan_id: HT0001}
        - {<<: *drew, claim_no: TX0009, loan_id: JJ7777, bank: 云州银行}
      payment:
        - {amount: -2500.00, paid_on: 2025-09-01, status: returned, purpose: 退回贴息资金（TX0002）}
    expect:
      - {loan_id: JJ9999, times: 1, at_risk: 2500.00, claim_rows: [2]}
      - {loan_id: JJ0002, times: 1, claim_rows: [3], loan_rows: [2]}
      - {loan_id: JJ0003, times: 1, claim_rows: [4], loan_rows: [3]}
      - {loan_id: JJ0004, at_risk: 1250.00, claim_rows: [6], loan_rows: [4]}
    remedied:
      - {loan_id: JJ9999, payment_rows: [1]}
*/
WITH drew AS (
  SELECT row_id, unit_id, loan_id, upper(regexp_replace(loan_id, '[^0-9A-Za-z]', '', 'g')) AS loan_key, upper(applicant_id_no) AS firm_code, coalesce(applicant, '') AS firm,
    md5(coalesce(applicant_id_no, applicant, '')) AS firm_key, bank, loan_amount, amount, currency, coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on
  FROM claim
  WHERE amount > 0 AND length(loan_id) >= $shortest AND NOT regexp_matches(coalesce(status, ''), $gone)
),
lent AS (
  SELECT row_id, loan_id AS any_number, contract_no, customer_name, upper(customer_id_no) AS customer_code, amount, from_date, settled_on
  FROM loan
  UNION ALL
  SELECT row_id, contract_no AS any_number, contract_no, customer_name, upper(customer_id_no) AS customer_code, amount, from_date, settled_on
  FROM loan
  WHERE contract_no IS NOT NULL
  UNION ALL
  SELECT row_id, extends AS any_number, contract_no, customer_name, upper(customer_id_no) AS customer_code, amount, from_date, settled_on
  FROM loan
  WHERE extends IS NOT NULL
),
numbered AS (
  SELECT upper(regexp_replace(any_number, '[^0-9A-Za-z]', '', 'g')) AS loan_key, row_id, customer_name, customer_code, amount, from_date, settled_on
  FROM lent
  WHERE length(any_number) >= $shortest
),
by_number AS (
  SELECT loan_key, min(row_id) AS loan_row, max(amount) AS amount, max(coalesce(settled_on, DATE '9999-12-31')) AS settled_on,
    list_sort(list(DISTINCT customer_code) FILTER (WHERE customer_code IS NOT NULL)) AS codes,
    list_sort(list(DISTINCT customer_name) FILTER (WHERE customer_name IS NOT NULL)) AS names
  FROM numbered
  GROUP BY loan_key
),
banks AS (
  SELECT DISTINCT coalesce(unit_name, unit_id) AS bank
  FROM loan
),
heard AS (
  SELECT DISTINCT drew.bank
  FROM drew
  JOIN banks ON contains(banks.bank, drew.bank) OR contains(drew.bank, banks.bank)
),
-- Where claims name no bank: only if most of their loans are in what was handed over.
unnamed AS (
  SELECT drew.unit_id
  FROM drew
  LEFT JOIN by_number ON by_number.loan_key = drew.loan_key
  WHERE drew.bank IS NULL
  GROUP BY drew.unit_id
  HAVING count(by_number.loan_key) >= $covered_share * count(*)
),
judged AS (
  SELECT drew.row_id, drew.unit_id, drew.loan_id, drew.firm, drew.firm_key, drew.amount, drew.currency, drew.bought_on, by_number.loan_row,
    CASE WHEN by_number.loan_key IS NULL THEN '银行台账中没有这笔贷款 no such loan'
      WHEN NOT list_contains(by_number.codes, coalesce(drew.firm_code, '')) AND NOT list_contains(by_number.names, drew.firm)
        THEN '借款人不是申报企业 the borrower is another'
      WHEN by_number.settled_on < drew.bought_on - INTERVAL 1 DAY * $settled_days THEN '贷款早已结清 paid back long before'
      WHEN drew.loan_amount > by_number.amount * (1 + $over_share) THEN '申报本金大于贷款 more principal than was lent' END AS ground,
    CASE WHEN by_number.loan_key IS NOT NULL AND drew.loan_amount > by_number.amount
        AND (list_contains(by_number.codes, coalesce(drew.firm_code, '')) OR list_contains(by_number.names, drew.firm))
        AND by_number.settled_on >= drew.bought_on - INTERVAL 1 DAY * $settled_days
      THEN drew.amount * (1 - by_number.amount / nullif(drew.loan_amount, 0)) ELSE drew.amount END AS at_risk
  FROM drew
  LEFT JOIN by_number ON by_number.loan_key = drew.loan_key
  LEFT JOIN heard ON heard.bank = drew.bank
  LEFT JOIN unnamed ON unnamed.unit_id = drew.unit_id AND drew.bank IS NULL
  WHERE by_number.loan_key IS NOT NULL OR unnamed.unit_id IS NOT NULL OR heard.bank IS NOT NULL
)
SELECT unit_id, loan_id, firm_key, max(firm) AS firm, currency, count(*) AS times, CAST(sum(amount) AS DECIMAL(18, 2)) AS total,
  CAST(sum(at_risk) AS DECIMAL(18, 2)) AS at_risk, max(bought_on) AS last_on,
  array_to_string(list_sort(list(DISTINCT ground) FILTER (WHERE ground IS NOT NULL)), '；') AS grounds,
  list_sort(list(row_id)) AS claim_rows, list_sort(list(DISTINCT loan_row) FILTER (WHERE loan_row IS NOT NULL)) AS loan_rows
FROM judged
WHERE ground IS NOT NULL
GROUP BY unit_id, loan_id, firm_key, currency
