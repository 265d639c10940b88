/*
id: account_balance_opposite_sign
title: {zh: 科目余额方向相反, en: A balance on the wrong side}
status: stable
role: corroborates
level: low
why:
  zh: 余额出现在科目的反方向，常因多冲、串户、收支相抵未分开列示，或者隐藏了另一性质的款项。
  en: A balance on the side opposite to the account's nature comes from over-clearing, confusion of parties, netting, or something of another kind hidden in it.
not_when:
  zh: 双重性质的往来科目可能暂时反向；期末重分类即可的；上级科目由下级汇总，只看末级。
  en: Current accounts may stand on either side for a while; parents sum their children, so only leaves are judged.
ask:
  zh: 该科目明细及对方单位，是否串户、重复冲销或应重分类。
  en: The account's details and parties, and whether it is confusion, double clearing or mere classification.
reads: [account, account_balance]
population: {table: account_balance, where: "closing <> 0"}
max_share: 0.2
scope: year
lead:
  unit: unit_id
  subject: [book_id, fiscal_year, account_code, party, currency]
  amount: amount
  currency: currency
  on: period_end
reason:
  zh: "{fiscal_year}年科目{account_code} {account_name} {party}有{periods}期余额在反方向，最大{amount}。"
  en: "{fiscal_year}: account {account_code} {account_name} {party} stood on the wrong side in {periods} periods, by {amount} at most."
examples:
  - says: a receivable in credit and a payable in debit; right sides, zero, a parent, an unknown side
    given:
      account:
        - &account {unit_id: U1, book_id: "001", fiscal_year: 2025, code: "1218", name: 其他应收款, normal_side: debit, is_leaf: true}
        - {<<: *account, code: "2307", name: 其他应付款, normal_side: credit}
        - {<<: *account, code: "1002", name: 银行存款, is_leaf: false}
        - {<<: *account, code: "9001", name: 备查, normal_side: null}
      account_balance:
        - &balance {unit_id: U1, book_id: "001", fiscal_year: 2025, period: 3, period_end: 2025-03-31, account_code: "1218", account_name: 其他应收款, closing: -450.00}
        - {<<: *balance, period: 4, period_end: 2025-04-30, closing: -620.00}
        - {<<: *balance, period: 5, period_end: 2025-05-31, closing: 0.00}
        - {<<: *balance, account_code: "2307", closing: 88.00, aux_name: 甲公司}
        - {<<: *balance, account_code: "2307", closing: -88.00, aux_name: 乙公司}
        - {<<: *balance, account_code: "1002", closing: -5.00}
        - {<<: *balance, account_code: "9001", closing: -5.00}
    expect:
      - {account_code: "1218", amount: 620.00, periods: 2, party: ""}
      - {account_code: "2307", amount: 88.00, party: 甲公司}
*/
WITH leaves AS (
  SELECT unit_id, book_id, fiscal_year, code, max(normal_side) AS normal_side
  FROM account
  WHERE normal_side IS NOT NULL AND coalesce(is_leaf, true)
  GROUP BY unit_id, book_id, fiscal_year, code
)
SELECT balance.unit_id, balance.book_id, balance.fiscal_year, balance.account_code,
  coalesce(balance.aux_name, balance.aux_code, '') AS party, balance.currency,
  coalesce(max(balance.account_name), '') AS account_name, count(DISTINCT balance.period) AS periods,
  max(balance.period_end) AS period_end, CAST(max(abs(balance.closing)) AS DECIMAL(18, 2)) AS amount,
  list_sort(list(balance.row_id)) AS account_balance_rows
FROM account_balance AS balance
JOIN leaves ON leaves.unit_id = balance.unit_id AND leaves.code = balance.account_code
  AND leaves.fiscal_year IS NOT DISTINCT FROM balance.fiscal_year AND leaves.book_id IS NOT DISTINCT FROM balance.book_id
WHERE (leaves.normal_side = 'debit' AND balance.closing < 0) OR (leaves.normal_side = 'credit' AND balance.closing > 0)
GROUP BY balance.unit_id, balance.book_id, balance.fiscal_year, balance.account_code,
  coalesce(balance.aux_name, balance.aux_code, ''), balance.currency
