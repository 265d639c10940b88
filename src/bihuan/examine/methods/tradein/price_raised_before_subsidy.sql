/*
id: price_raised_before_subsidy
title: {zh: 先涨价再补贴, en: The price was raised so that the subsidy went to the shop}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 同一型号在该店的补贴成交价明显高于市场监测价或同行价，消费者实付没有下降，补贴进了商家口袋。
  en: The shop sells a model under the subsidy clearly above the watched market or the other shops; the buyer pays what he paid before and the shop keeps the subsidy.
not_when:
  zh: 含安装、延保、以旧折价等附加服务；厂家统一调价；型号相同配置不同；该店补贴前就卖这个价。
  en: Installation or a warranty is included; the maker raised it for all; one model number for several versions; the shop asked as much before the subsidy.
ask:
  zh: 该店补贴前后的标价、销售小票和收款记录，厂家指导价，购买人实付和有无返现。
  en: Price tags, slips and receipts before and during the subsidy, the maker's price, what buyers truly paid and whether cash came back.
reads: [claim, unit_parameter]
optional: [market_price, invoice, goods_received]
population: {table: claim, where: "amount > 0 AND coalesce(deal_price, list_price, paid_by_buyer + amount) > 0 AND (model IS NOT NULL OR item IS NOT NULL)"}
max_share: 0.2
scope: all
params: {least_shops: 4, least_times: 3, most_spread: 0.12, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败"}
lead: {unit: unit_id, subject: [shop], amount: at_risk, currency: currency, on: last_on}
reason:
  zh: "{shop_name}有{times}笔补贴商品（{models}）售价高于同月市场价或同行价，最高为其{most_times}倍，多得补贴约{at_risk}。"
  en: "{shop_name} made {times} subsidised sales ({models}) above the month's market or peers, up to {most_times} times it; about {at_risk} of subsidy too much."
examples:
  - says: a tenth above the market; above four other shops; a price within the margin, one that the shop asked before, one dear sale and a rise of all are left alone
    given:
      unit_parameter:
        - {name: tradein_price_over_share, valid_from: 2000-01-01, value: "0.08"}
      market_price:
        - {priced_on: 2025-03-05, item: 冰箱, features: HR-1, price: 3000.00}
        - {priced_on: 2025-03-12, item: 冰箱, features: HR-1, price: 3020.00}
      invoice:
        - {seller_name: 乙店, features: HR-1, quantity: 1, gross: 3400.00, issued_on: 2024-12-10, status: valid}
        - {seller_name: 乙店, features: HR-1, quantity: 1, gross: 3390.00, issued_on: 2024-12-12, status: valid}
      claim:
        - &sold {shop_name: 甲店, model: HR-1, list_price: 3400.00, amount: 510.00, bought_on: 2025-03-08}
        - *sold
        - {<<: *sold, bought_on: 2025-03-20}
        - {<<: *sold, shop_name: 乙店}
        - {<<: *sold, shop_name: 乙店}
        - {<<: *sold, shop_name: 乙店}
        - &fair {<<: *sold, shop_name: 丙店, list_price: 3150.00}
        - *fair
        - *fair
        - {<<: *sold, shop_name: 丁店}
        - &other {<<: *sold, shop_name: 甲店, model: XM-9, list_price: 2000.00, amount: 300.00}
        - {<<: *other, shop_name: 乙店}
        - {<<: *other, shop_name: 丙店}
        - {<<: *other, shop_name: 丁店}
        - {<<: *other, shop_name: 戊店}
        - {<<: *other, shop_name: 己店, list_price: 2300.00}
        - {<<: *other, shop_name: 己店, list_price: 2300.00}
        - {<<: *other, shop_name: 己店, list_price: 2300.00}
    expect:
      - {shop_name: 甲店, times: 3, claim_rows: [1, 2, 3]}
      - {shop_name: 己店, times: 3, claim_rows: [16, 17, 18]}
*/
WITH sold AS (
  SELECT row_id, unit_id, coalesce(shop_id, shop_name) AS shop, coalesce(shop_name, shop_id) AS shop_name, coalesce(model, item) AS model,
    shop_id, upper(regexp_replace(coalesce(model, item), '[^0-9A-Za-z一-龥]', '', 'g')) AS model_key, coalesce(deal_price, list_price, paid_by_buyer + amount) AS list_price, amount, currency,
    coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on, CAST(date_trunc('month', coalesce(bought_on, CAST(bought_at AS DATE), paid_on)) AS DATE) AS month
  FROM claim
  WHERE amount > 0 AND coalesce(deal_price, list_price, paid_by_buyer + amount) > 0 AND NOT regexp_matches(coalesce(status, ''), $gone)
    AND coalesce(shop_id, shop_name) IS NOT NULL AND coalesce(model, item) IS NOT NULL
),
market AS (
  SELECT upper(regexp_replace(coalesce(features, item), '[^0-9A-Za-z一-龥]', '', 'g')) AS model_key, CAST(date_trunc('month', priced_on) AS DATE) AS month,
    CAST(median(CAST(price AS DOUBLE)) AS DECIMAL(18, 2)) AS price
  FROM market_price
  WHERE price > 0
  GROUP BY upper(regexp_replace(coalesce(features, item), '[^0-9A-Za-z一-龥]', '', 'g')), CAST(date_trunc('month', priced_on) AS DATE)
),
of_shop AS (
  SELECT shop, model_key, month, median(CAST(list_price AS DOUBLE)) AS price
  FROM sold
  GROUP BY shop, model_key, month
),
-- Where no market was watched: the middle of what the shops asked that month, if they are enough.
peers AS (
  SELECT model_key, month, CAST(median(CAST(price AS DOUBLE)) AS DECIMAL(18, 2)) AS price
  FROM of_shop
  GROUP BY model_key, month
  HAVING count(*) >= $least_shops
),
-- Where a month has too few of them: the middle of the year's shops.
peers_of_all AS (
  SELECT model_key, CAST(median(CAST(price AS DOUBLE)) AS DECIMAL(18, 2)) AS price
  FROM (SELECT shop, model_key, median(CAST(price AS DOUBLE)) AS price FROM of_shop GROUP BY shop, model_key) AS by_shop
  GROUP BY model_key
  HAVING count(*) >= $least_shops
),
-- Prices far apart are of several things under one number.
spreads AS (
  SELECT model_key, stddev_samp(CAST(list_price AS DOUBLE)) / nullif(avg(CAST(list_price AS DOUBLE)), 0) AS spread
  FROM sold
  GROUP BY model_key
),
started AS (
  SELECT unit_id, min(bought_on) AS first_on
  FROM sold
  GROUP BY unit_id
),
shops AS (
  SELECT unit_id, shop, shop_name AS known_as
  FROM sold
  UNION
  SELECT unit_id, shop, shop_id AS known_as
  FROM sold
  WHERE shop_id IS NOT NULL
),
asked AS (
  SELECT seller_name AS seller, upper(regexp_replace(coalesce(features, item), '[^0-9A-Za-z一-龥]', '', 'g')) AS model_key, issued_on AS on_day,
    gross / nullif(coalesce(quantity, 1), 0) AS price
  FROM invoice
  WHERE gross > 0 AND coalesce(status, 'valid') = 'valid'
  UNION ALL
  SELECT seller_tax_no AS seller, upper(regexp_replace(coalesce(features, item), '[^0-9A-Za-z一-龥]', '', 'g')) AS model_key, issued_on AS on_day,
    gross / nullif(coalesce(quantity, 1), 0) AS price
  FROM invoice
  WHERE gross > 0 AND coalesce(status, 'valid') = 'valid'
  UNION ALL
  SELECT unit_id AS seller, upper(regexp_replace(coalesce(features, item), '[^0-9A-Za-z一-龥]', '', 'g')) AS model_key, moved_on AS on_day, price
  FROM goods_received
  WHERE price > 0 AND direction = 'out'
),
-- What the shop asked before there was a subsidy.
earlier AS (
  SELECT shops.unit_id, shops.shop, asked.model_key, CAST(median(CAST(asked.price AS DOUBLE)) AS DECIMAL(18, 2)) AS price
  FROM asked
  JOIN shops ON shops.known_as = asked.seller
  JOIN started ON started.unit_id = shops.unit_id AND asked.on_day < started.first_on
  GROUP BY shops.unit_id, shops.shop, asked.model_key
),
compared AS (
  SELECT sold.row_id, sold.unit_id, sold.shop, sold.shop_name, sold.model, sold.model_key, sold.list_price, sold.amount, sold.currency,
    sold.bought_on, coalesce(market.price, CASE WHEN spreads.spread <= $most_spread THEN coalesce(peers.price, peers_of_all.price) END, earlier.price) AS usual, earlier.price AS before,
    CAST(rule.value AS DECIMAL(18, 4)) AS over_share
  FROM sold
  JOIN unit_parameter AS rule ON rule.unit_id = sold.unit_id AND rule.name = 'tradein_price_over_share'
    AND sold.bought_on >= rule.valid_from AND sold.bought_on < coalesce(rule.valid_to, DATE '9999-12-31')
  LEFT JOIN market ON market.model_key = sold.model_key AND market.month = sold.month
  LEFT JOIN peers ON peers.model_key = sold.model_key AND peers.month = sold.month
  JOIN spreads ON spreads.model_key = sold.model_key
  LEFT JOIN peers_of_all ON peers_of_all.model_key = sold.model_key
  LEFT JOIN earlier ON earlier.unit_id = sold.unit_id AND earlier.shop = sold.shop AND earlier.model_key = sold.model_key
),
dear AS (
  SELECT row_id, unit_id, shop, shop_name, model, model_key, amount, currency, bought_on, list_price / nullif(usual, 0) AS times,
    CAST(amount * (1 - usual / nullif(list_price, 0)) AS DECIMAL(18, 2)) AS at_risk
  FROM compared
  WHERE list_price > usual * (1 + over_share) AND (before IS NULL OR list_price > before * (1 + over_share / 2))
),
-- One dear sale is a bargain of another kind; several of one model are a price.
standing AS (
  SELECT unit_id, shop, model_key, currency
  FROM dear
  GROUP BY unit_id, shop, model_key, currency
  HAVING count(*) >= $least_times
)
SELECT dear.unit_id, dear.shop, max(dear.shop_name) AS shop_name, dear.currency, count(*) AS times,
  array_to_string(list_sort(list(DISTINCT dear.model) FILTER (WHERE dear.model IS NOT NULL)), '、') AS models,
  CAST(max(dear.times) AS DECIMAL(18, 2)) AS most_times, CAST(sum(dear.at_risk) AS DECIMAL(18, 2)) AS at_risk,
  max(dear.bought_on) AS last_on, list_sort(list(dear.row_id)) AS claim_rows
FROM dear
JOIN standing ON standing.unit_id = dear.unit_id AND standing.shop = dear.shop AND standing.model_key = dear.model_key
  AND standing.currency IS NOT DISTINCT FROM dear.currency
GROUP BY dear.unit_id, dear.shop, dear.currency
