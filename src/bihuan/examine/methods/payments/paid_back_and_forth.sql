/*
id: paid_back_and_forth
title: {zh: 资金回流, en: Money came back to where it left}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 资金从一个账户转出，经二至四手、数额大致不变地在短期内回到原账户，交易可能没有实质。
  en: Money left an account and was back in it after two to four transfers, soon and nearly whole; the dealings may have no substance.
not_when:
  zh: 退款、保证金退还、内部资金池归集、银行理财申赎。
  en: Refunds, deposits given back, a group's cash pool, money market products bought and sold.
ask:
  zh: 每一手转账的合同、发票和用途，各账户开户人和实际控制人。
  en: Contract, invoice and purpose of each transfer, who opened and who controls each account.
reads: [bank_transaction]
optional: [payment]
population: {table: bank_transaction, where: "coalesce(out_amount, 0) + coalesce(in_amount, 0) + coalesce(amount, 0) > 0"}
scope: lookback
params: {least_amount: 50000, window_days: 30, loss: 0.10, most_transfers: 2000, parts_days: 7}
lead: {unit: unit_id, subject: [accounts_key, first_on], amount: sent, currency: currency, on: last_on}
reason:
  zh: "{sent}于{first_on}从{account_name}的账户转出，经{hops}手于{last_on}回到原账户{returned}。"
  en: "{sent} left the account of {account_name} on {first_on}; after {hops} transfers {returned} was back in it on {last_on}."
examples:
  - says: back in two and in three hops, one leg paid by the treasury; a late return, another amount, and one transfer on two statements are left alone
    given:
      payment:
        - {payment_no: Z1, payer_account: "3301000021", payee_account: "3301000022", payee_name: 乙公司, amount: 300000.00, paid_on: 2024-05-01}
      bank_transaction:
        - &moved {account_no: "3301000011", account_name: 甲公司, other_account: "3301000012", other_name: 丙公司, out_amount: 100000.00, transacted_on: 2024-03-01}
        - {<<: *moved, account_no: "3301000012", account_name: 丙公司, other_account: "3301000011", other_name: 甲公司, out_amount: 98000.00, transacted_on: 2024-03-08}
        - {<<: *moved, account_no: "3301000022", account_name: 乙公司, other_account: "3301000023", other_name: 丁公司, out_amount: 295000.00, transacted_on: 2024-05-05}
        - {<<: *moved, account_no: "3301000023", account_name: 丁公司, other_account: "3301000021", other_name: 教育局, out_amount: 290000.00, transacted_on: 2024-05-09}
        - {<<: *moved, account_no: "3301000031", other_account: "3301000032"}
        - {<<: *moved, account_no: "3301000032", other_account: "3301000031", transacted_on: 2024-09-01}
        - {<<: *moved, account_no: "3301000041", other_account: "3301000042"}
        - {<<: *moved, account_no: "3301000042", other_account: "3301000041", out_amount: null, in_amount: 100000.00}
        - {<<: *moved, account_no: "3301000042", other_account: "3301000041", out_amount: 60000.00, transacted_on: 2024-03-05}
        # a deposit given back; then a leg in two parts, on statements of one amount and a side
        - {<<: *moved, account_no: "3301000051", other_account: "3301000052", description: 投标保证金}
        - {<<: *moved, account_no: "3301000052", other_account: "3301000051", description: 退还保证金, transacted_on: 2024-03-20}
        - &sided {account_no: "3301000061", other_account: "3301000062", side: out, amount: 200000.00, transacted_on: 2024-03-01}
        - {<<: *sided, account_no: "3301000062", other_account: "3301000063", amount: 101000.00, transacted_on: 2024-03-04}
        - {<<: *sided, account_no: "3301000062", other_account: "3301000063", amount: 96000.00, transacted_on: 2024-03-06}
        - {<<: *sided, account_no: "3301000063", other_account: "3301000061", amount: 195000.00, transacted_on: 2024-03-11}
    expect:
      - {hops: 2, sent: 100000.00, returned: 98000.00, bank_transaction_rows: [1, 2]}
      - {hops: 3, sent: 300000.00, returned: 290000.00, bank_transaction_rows: [3, 4], payment_rows: [1]}
      - {hops: 3, sent: 200000.00, returned: 195000.00, bank_transaction_rows: [12, 13, 14, 15]}
*/
-- One transfer may stand on the statements of both accounts: out of the one and into the other.
WITH movements AS (
  SELECT row_id, unit_id, account_no, account_name, other_account, other_name, currency, transacted_on,
    concat(coalesce(description, ''), coalesce(note, '')) AS words,
    coalesce(nullif(out_amount, 0), CASE WHEN side = 'out' THEN amount END, 0) AS out_amount,
    coalesce(nullif(in_amount, 0), CASE WHEN side = 'in' THEN amount END, 0) AS in_amount
  FROM bank_transaction
  WHERE other_account IS NOT NULL AND account_no IS NOT NULL AND transacted_on IS NOT NULL
),
stated AS (
  SELECT row_id, unit_id, CASE WHEN out_amount > 0 THEN account_no ELSE other_account END AS payer,
    CASE WHEN out_amount > 0 THEN other_account ELSE account_no END AS payee,
    CASE WHEN out_amount > 0 THEN account_name ELSE other_name END AS payer_name,
    CASE WHEN out_amount > 0 THEN out_amount ELSE in_amount END AS amount, currency, transacted_on AS paid_on, words,
    CASE WHEN out_amount > 0 THEN 'out' ELSE 'in' END AS side
  FROM movements
  WHERE greatest(out_amount, in_amount) >= $least_amount
),
placed AS (
  SELECT row_id, unit_id, payer, payee, payer_name, amount, currency, paid_on, words, side,
    row_number() OVER (PARTITION BY payer, payee, amount, paid_on, side ORDER BY row_id) AS place
  FROM stated
),
transfers AS (
  SELECT max(unit_id) AS unit_id, payer, payee, max(payer_name) AS payer_name, amount, max(currency) AS currency, paid_on,
    max(words) AS words, min(row_id) AS transfer_no, min(row_id) AS bank_row, nullif(min(row_id), min(row_id)) AS payment_row
  FROM placed
  GROUP BY payer, payee, amount, paid_on, place
  UNION ALL
  SELECT unit_id, payer_account AS payer, payee_account AS payee, coalesce(payer_account_name, unit_name) AS payer_name, amount,
    currency, paid_on, coalesce(purpose, '') AS words, -row_id AS transfer_no, nullif(row_id, row_id) AS bank_row, row_id AS payment_row
  FROM payment
  WHERE amount >= $least_amount AND coalesce(status, 'paid') = 'paid' AND payer_account IS NOT NULL
    AND payee_account IS NOT NULL AND paid_on IS NOT NULL
),
-- A clearing account meets all; it would make a circle of anything.
busy AS (
  SELECT payee AS account
  FROM transfers
  GROUP BY payee
  HAVING count(*) > $most_transfers
),
fed AS (
  SELECT DISTINCT payee AS account
  FROM transfers
),
feeding AS (
  SELECT DISTINCT payer AS account
  FROM transfers
),
single_moves AS (
  SELECT transfers.unit_id, transfers.payer, transfers.payee, transfers.payer_name, transfers.amount, transfers.currency,
    transfers.paid_on, transfers.words, transfers.transfer_no
  FROM transfers
  JOIN fed ON fed.account = transfers.payer
  JOIN feeding ON feeding.account = transfers.payee
  LEFT JOIN busy ON busy.account = transfers.payee
  WHERE transfers.payer <> transfers.payee AND busy.account IS NULL
),
-- Parts that one sends another within days are one sum; it bears the number of its first part.
in_order AS (
  SELECT unit_id, payer, payee, payer_name, amount, currency, paid_on, transfer_no,
    lag(paid_on) OVER (PARTITION BY payer, payee ORDER BY paid_on, transfer_no ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS before
  FROM single_moves
),
in_stretches AS (
  SELECT unit_id, payer, payee, payer_name, amount, currency, paid_on, transfer_no,
    sum(CASE WHEN before IS NULL OR date_diff('day', before, paid_on) > $parts_days THEN 1 ELSE 0 END)
      OVER (PARTITION BY payer, payee ORDER BY paid_on, transfer_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch
  FROM in_order
),
parts AS (
  SELECT payer, payee, stretch, max(unit_id) AS unit_id, max(payer_name) AS payer_name, max(currency) AS currency,
    sum(amount) AS amount, max(paid_on) AS paid_on, 1000000000000000000 + min(transfer_no) AS transfer_no
  FROM in_stretches
  GROUP BY payer, payee, stretch
  HAVING count(*) BETWEEN 2 AND 6
),
moves AS (
  SELECT unit_id, payer, payee, payer_name, amount, currency, paid_on, words, transfer_no
  FROM single_moves
  UNION ALL
  SELECT unit_id, payer, payee, payer_name, amount, currency, paid_on, '' AS words, transfer_no
  FROM parts
),
members AS (
  SELECT parts.transfer_no, in_stretches.transfer_no AS part_no
  FROM parts
  JOIN in_stretches ON in_stretches.payer = parts.payer AND in_stretches.payee = parts.payee AND in_stretches.stretch = parts.stretch
  UNION ALL
  SELECT transfer_no, transfer_no AS part_no
  FROM single_moves
),
two AS (
  SELECT a.unit_id, a.payer AS home, a.payer_name, a.amount AS sent, a.currency, a.paid_on AS first_on, b.payee AS place,
    b.amount AS returned, b.paid_on AS last_on, a.payee AS stop_1, concat(a.payer, '>', a.payee) AS accounts,
    a.transfer_no AS no_1, b.transfer_no AS no_2,
    -- A deposit given back, a payment that bounced.
    a.amount = b.amount AND (regexp_matches(a.words, '保证金|押金') OR regexp_matches(b.words, '退|有误|不符|保证金|押金')) AS is_refund
  FROM moves AS a
  JOIN moves AS b ON b.payer = a.payee AND b.transfer_no <> a.transfer_no AND b.paid_on >= a.paid_on
    AND b.paid_on <= a.paid_on + INTERVAL 1 DAY * $window_days
    AND b.amount >= a.amount * (1 - CAST($loss AS DECIMAL(9, 4))) AND b.amount <= a.amount * (1 + CAST($loss AS DECIMAL(9, 4)))
),
three AS (
  SELECT two.unit_id, two.home, two.payer_name, two.sent, two.currency, two.first_on, c.payee AS place, c.amount AS returned,
    c.paid_on AS last_on, two.stop_1, two.place AS stop_2, concat(two.accounts, '>', two.place) AS accounts, two.no_1, two.no_2,
    c.transfer_no AS no_3
  FROM two
  JOIN moves AS c ON c.payer = two.place AND c.paid_on >= two.last_on
    AND c.paid_on <= two.first_on + INTERVAL 1 DAY * $window_days
    AND c.amount >= two.sent * (1 - CAST($loss AS DECIMAL(9, 4))) AND c.amount <= two.sent * (1 + CAST($loss AS DECIMAL(9, 4)))
  WHERE two.place <> two.home AND c.payee <> two.stop_1
),
four AS (
  SELECT three.unit_id, three.home, three.payer_name, three.sent, three.currency, three.first_on, d.payee AS place,
    d.amount AS returned, d.paid_on AS last_on, concat(three.accounts, '>', three.place) AS accounts, three.no_1, three.no_2,
    three.no_3, d.transfer_no AS no_4
  FROM three
  JOIN moves AS d ON d.payer = three.place AND d.payee = three.home AND d.paid_on >= three.last_on
    AND d.paid_on <= three.first_on + INTERVAL 1 DAY * $window_days
    AND d.amount >= three.sent * (1 - CAST($loss AS DECIMAL(9, 4)))
    AND d.amount <= three.sent * (1 + CAST($loss AS DECIMAL(9, 4)))
  WHERE three.place <> three.home
),
circles AS (
  SELECT unit_id, payer_name, sent, currency, first_on, returned, last_on, accounts, 2 AS hops, no_1, no_2, 0 AS no_3, 0 AS no_4
  FROM two
  WHERE place = home AND NOT is_refund
  UNION ALL
  SELECT unit_id, payer_name, sent, currency, first_on, returned, last_on, accounts, 3 AS hops, no_1, no_2, no_3, 0 AS no_4
  FROM three
  WHERE place = home
  UNION ALL
  SELECT unit_id, payer_name, sent, currency, first_on, returned, last_on, accounts, 4 AS hops, no_1, no_2, no_3, no_4
  FROM four
),
steps AS (
  SELECT accounts, first_on, no_1 AS transfer_no
  FROM circles
  UNION ALL
  SELECT accounts, first_on, no_2 AS transfer_no
  FROM circles
  UNION ALL
  SELECT accounts, first_on, no_3 AS transfer_no
  FROM circles
  UNION ALL
  SELECT accounts, first_on, no_4 AS transfer_no
  FROM circles
),
evidence AS (
  SELECT steps.accounts, steps.first_on,
    list_sort(list(DISTINCT transfers.bank_row) FILTER (WHERE transfers.bank_row IS NOT NULL)) AS bank_transaction_rows,
    list_sort(list(DISTINCT transfers.payment_row) FILTER (WHERE transfers.payment_row IS NOT NULL)) AS payment_rows
  FROM steps
  JOIN members ON members.transfer_no = steps.transfer_no
  JOIN transfers ON transfers.transfer_no = members.part_no
  GROUP BY steps.accounts, steps.first_on
)
SELECT max(circles.unit_id) AS unit_id, md5(circles.accounts) AS accounts_key, circles.first_on, max(circles.payer_name) AS account_name,
  max(circles.hops) AS hops, CAST(max(circles.sent) AS DECIMAL(18, 2)) AS sent,
  CAST(max(circles.returned) AS DECIMAL(18, 2)) AS returned, max(circles.currency) AS currency, max(circles.last_on) AS last_on,
  evidence.bank_transaction_rows, evidence.payment_rows
FROM circles
JOIN evidence ON evidence.accounts = circles.accounts AND evidence.first_on = circles.first_on
GROUP BY circles.accounts, circles.first_on, evidence.bank_transaction_rows, evidence.payment_rows
