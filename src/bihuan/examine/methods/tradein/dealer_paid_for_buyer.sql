/*
id: dealer_paid_for_buyer
title: {zh: 商家代购买人付款, en: The shop paid for its buyers}
status: stable
role: lead
level: high
basis: []
why:
  zh: 多名不同购买人的货款由同一账户付出，且集中在一家店，或就是该店、老板、员工的账户，交易可能是虚构的。
  en: One account paid for several different buyers at one shop, or the account is the shop's, its owner's or an employee's; the sales may be made up.
not_when:
  zh: 家人代付；消费金融、支付平台账户；单位团购。
  en: A member of the family paid; a lender's or a platform's account; a group purchase.
ask:
  zh: 付款账户户主和流水，款项是否又退回付款人，购买人是否知情。
  en: Who owns the account, whether the money went back to it, whether the buyers know.
reads: [claim]
optional: [payment, invoice, payroll, social_insurance, bank_account]
population: {table: claim, where: "amount > 0 AND payer_account IS NOT NULL AND (shop_id IS NOT NULL OR shop_name IS NOT NULL)"}
scope: all
params: {least_buyers: 3, least_homes: 3, most_of_family: 3, least_of_own: 2, least_share: 0.6, shortest: 8, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败"}
lead: {unit: unit_id, subject: [shop], amount: total, currency: currency, on: last_on}
reason:
  zh: "{shop_name}有{buyers}名购买人的{times}笔申领由{accounts}个账户代付{whose}，补贴{total}。"
  en: "At {shop_name} {accounts} account(s) {whose} paid in {times} claims of {buyers} buyers; subsidies {total}."
examples:
  - says: the shop's own account for two, one card for four buyers of different homes; a family, three of one surname, a lender at many shops and buyers' own cards are left alone
    given:
      payment:
        - {payee_name: 甲店, payee_account: "1300 0000 1111", amount: 9000.00, paid_on: 2025-04-25}
      claim:
        - &sold {shop_name: 甲店, applicant: 王一, applicant_id_no: "1", address: 东庄村1组1号, payer_account: "130000001111", amount: 500.00, bought_on: 2025-03-01}
        - {<<: *sold, applicant: 王二, applicant_id_no: "2", address: 东庄村1组2号}
        - {<<: *sold, applicant: 王三, applicant_id_no: "3", payer_account: "6217000000003333"}
        - &card {<<: *sold, shop_name: 乙店, payer_account: "6217000000004444", applicant: 李一, applicant_id_no: "11", address: 西庄村1组1号}
        - {<<: *card, applicant: 李二, applicant_id_no: "12", address: 西庄村1组2号}
        - {<<: *card, applicant: 李三, applicant_id_no: "13", address: 西庄村1组3号}
        - {<<: *card, applicant: 李四, applicant_id_no: "14", address: 西庄村1组4号}
        - &home {<<: *card, payer_account: "6217000000005555", applicant: 赵一, applicant_id_no: "21"}
        - {<<: *home, applicant: 赵二, applicant_id_no: "22"}
        - {<<: *home, applicant: 赵三, applicant_id_no: "23"}
        - {<<: *home, applicant: 赵四, applicant_id_no: "24"}
        - &kin {<<: *card, payer_account: "6217000000006666", applicant: 周一, applicant_id_no: "25", address: 南村1号}
        - {<<: *kin, applicant: 周二, applicant_id_no: "26", address: 南村2号}
        - {<<: *kin, applicant: 周三, applicant_id_no: "27", address: 南村3号}
        - &lent {<<: *card, payer_account: "13009900000000517", applicant: 孙一, applicant_id_no: "31", address: 北村1号}
        - {<<: *lent, applicant: 孙二, applicant_id_no: "32", address: 北村2号, shop_name: 丙店}
        - {<<: *lent, applicant: 孙三, applicant_id_no: "33", address: 北村3号, shop_name: 丁店}
        - {<<: *lent, applicant: 孙四, applicant_id_no: "34", address: 北村4号, shop_name: 戊店}
    expect:
      - {shop_name: 甲店, buyers: 2, times: 2, claim_rows: [1, 2]}
      - {shop_name: 乙店, buyers: 4, times: 4, claim_rows: [4, 5, 6, 7]}
*/
WITH live AS (
  SELECT row_id, unit_id, coalesce(shop_id, shop_name) AS shop, coalesce(shop_name, shop_id) AS shop_name, shop_id,
    upper(regexp_replace(payer_account, '[^0-9A-Za-z]', '', 'g')) AS payer, coalesce(applicant_id_no, applicant) AS buyer,
    coalesce(applicant, '') AS buyer_name, nullif(regexp_replace(coalesce(address, ''), '[^0-9A-Za-z一-龥]', '', 'g'), '') AS home, amount, currency, coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on
  FROM claim
  WHERE amount > 0 AND payer_account IS NOT NULL AND NOT regexp_matches(coalesce(status, ''), $gone)
    AND coalesce(shop_id, shop_name) IS NOT NULL
),
shops AS (
  SELECT DISTINCT shop, shop_name, coalesce(shop_id, '') AS shop_id
  FROM live
),
accounts AS (
  SELECT payee_name AS firm, payee_account AS account, '' AS whose_name
  FROM payment
  WHERE payee_account IS NOT NULL
  UNION
  SELECT seller_name AS firm, seller_account AS account, '' AS whose_name
  FROM invoice
  WHERE seller_account IS NOT NULL
  UNION
  SELECT unit_name AS firm, account, name AS whose_name
  FROM payroll
  WHERE account IS NOT NULL
  UNION
  SELECT employer_name AS firm, account, name AS whose_name
  FROM social_insurance
  WHERE account IS NOT NULL
  UNION
  SELECT account_name AS firm, account_no AS account, '' AS whose_name
  FROM bank_account
  WHERE account_no IS NOT NULL
),
own AS (
  SELECT shops.shop, upper(regexp_replace(accounts.account, '[^0-9A-Za-z]', '', 'g')) AS account, max(accounts.whose_name) AS whose_name
  FROM accounts
  JOIN shops ON shops.shop_name = accounts.firm
  WHERE length(regexp_replace(accounts.account, '[^0-9A-Za-z]', '', 'g')) >= $shortest
  GROUP BY shops.shop, upper(regexp_replace(accounts.account, '[^0-9A-Za-z]', '', 'g'))
),
of_payer AS (
  SELECT payer, count(*) AS claims
  FROM live
  WHERE length(payer) >= $shortest
  GROUP BY payer
),
met AS (
  SELECT live.shop, live.payer, count(DISTINCT live.buyer) AS buyers, count(DISTINCT live.home) AS homes, count(DISTINCT left(live.buyer_name, 1)) AS surnames, count(live.home) AS with_home,
    count(*) AS claims, max(of_payer.claims) AS all_claims, bool_or(own.account IS NOT NULL) AS is_own,
    count(DISTINCT CASE WHEN live.buyer_name <> coalesce(own.whose_name, '') THEN live.buyer END) AS others
  FROM live
  JOIN of_payer ON of_payer.payer = live.payer
  LEFT JOIN own ON own.shop = live.shop AND own.account = live.payer
  GROUP BY live.shop, live.payer
),
-- A family lives at one address; a lender or a platform pays at many shops.
payers AS (
  SELECT shop, payer, is_own
  FROM met
  WHERE is_own AND others >= $least_of_own
    OR buyers >= $least_buyers AND (homes >= $least_homes OR with_home = 0) AND (surnames > 1 OR buyers > $most_of_family) AND claims >= $least_share * all_claims
)
SELECT live.unit_id, live.shop, max(live.shop_name) AS shop_name, live.currency, count(*) AS times, count(DISTINCT live.buyer) AS buyers,
  count(DISTINCT live.payer) AS accounts,
  CASE WHEN bool_or(payers.is_own) THEN '（含本店或员工账户 its own or an employee''s）' ELSE '' END AS whose,
  CAST(sum(live.amount) AS DECIMAL(18, 2)) AS total, max(live.bought_on) AS last_on, list_sort(list(live.row_id)) AS claim_rows
FROM live
JOIN payers ON payers.shop = live.shop AND payers.payer = live.payer
GROUP BY live.unit_id, live.shop, live.currency
