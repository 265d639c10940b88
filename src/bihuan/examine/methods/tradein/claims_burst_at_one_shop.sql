/*
id: claims_burst_at_one_shop
title: {zh: 一家门店短时间集中申领, en: Claims of one shop came in a burst}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 半小时（或一天）内一家店的申领远多于它平常的份额，而别的店没有同样的高峰，可能是拿着名单集中刷单。
  en: Within half an hour, or a day, a shop claims far more than its usual share, while the other shops have no such peak; somebody may be typing in a list.
not_when:
  zh: 门店自办促销、直播；线下排队后补录；单位团购。
  en: The shop's own sale or live stream; claims entered afterwards; a group purchase.
ask:
  zh: 当时的收款流水、监控、登录设备和IP、送货单，购买人。
  en: Receipts of that half hour, the camera, device and address of the log-in, delivery notes, the buyers.
reads: [claim]
population: {table: claim, where: "amount > 0 AND (shop_id IS NOT NULL OR shop_name IS NOT NULL)"}
scope: all
params: {least: 7, least_a_day: 12, times_usual: 4, gone: "撤|退|不通过|未通过|驳回|拒|无效|作废|追回|取消|关闭|失败"}
lead: {unit: unit_id, subject: [shop], amount: total, currency: currency, on: last_on}
reason:
  zh: "{shop_name}有{times}笔申领集中在{days}（首笔{first_at}），半小时或一天内最多{most}笔，按其平常份额约{usual}笔；补贴{total}。"
  en: "{times} claims of {shop_name} came in bursts on {days} (first at {first_at}), up to {most} in half an hour or a day where its usual share is {usual}; {total} in all."
examples:
  - says: seven in half an hour while others rest; five, seven by all shops at once, and times that are only days are left alone
    given:
      claim:
        - &sold {shop_name: 甲店, amount: 500.00, bought_on: 2025-03-05, bought_at: "2025-03-05 23:05:00+08:00"}
        - {<<: *sold, bought_at: "2025-03-05 23:08:00+08:00"}
        - {<<: *sold, bought_at: "2025-03-05 23:11:00+08:00"}
        - {<<: *sold, bought_at: "2025-03-05 23:14:00+08:00"}
        - {<<: *sold, bought_at: "2025-03-05 23:17:00+08:00"}
        - {<<: *sold, bought_at: "2025-03-05 23:20:00+08:00"}
        - {<<: *sold, bought_at: "2025-03-05 23:23:00+08:00"}
        - &five {<<: *sold, shop_name: 乙店, bought_at: "2025-03-06 20:05:00+08:00", bought_on: 2025-03-06}
        - *five
        - *five
        - *five
        - *five
        - &feast {<<: *sold, shop_name: 丙店, bought_at: "2025-11-11 20:05:00+08:00", bought_on: 2025-11-11}
        - *feast
        - *feast
        - *feast
        - *feast
        - *feast
        - &other {<<: *feast, shop_name: 丁店}
        - *other
        - *other
        - *other
        - *other
        - *other
        - &day {<<: *sold, shop_name: 戊店, bought_at: "2025-06-01 00:00:00+08:00", bought_on: 2025-06-01}
        - *day
        - *day
        - *day
        - *day
        - *day
        - *day
    expect:
      - {shop_name: 甲店, times: 7, most: 7, claim_rows: [1, 2, 3, 4, 5, 6, 7]}
*/
WITH timed AS (
  SELECT row_id, unit_id, coalesce(shop_id, shop_name) AS shop, coalesce(shop_name, shop_id) AS shop_name, amount, currency, coalesce(bought_on, CAST(bought_at AS DATE), paid_on) AS bought_on,
    -- Midnight sharp is a day without a time.
    CASE WHEN hour(bought_at) * 60 + minute(bought_at) > 0 THEN bought_at END AS bought_at
  FROM claim
  WHERE amount > 0 AND coalesce(shop_id, shop_name) IS NOT NULL AND NOT regexp_matches(coalesce(status, ''), $gone)
),
shares AS (
  SELECT unit_id, shop, count(*) AS own, sum(count(*)) OVER (PARTITION BY unit_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS all_claims
  FROM timed
  GROUP BY unit_id, shop
),
counted AS (
  SELECT row_id, unit_id, shop, bought_at,
    count(*) OVER (PARTITION BY unit_id, shop ORDER BY bought_at RANGE BETWEEN INTERVAL 30 MINUTE PRECEDING AND CURRENT ROW) AS own_now,
    count(*) OVER (PARTITION BY unit_id ORDER BY bought_at RANGE BETWEEN INTERVAL 30 MINUTE PRECEDING AND CURRENT ROW) AS all_now
  FROM timed
  WHERE bought_at IS NOT NULL
),
of_day AS (
  SELECT unit_id, shop, bought_on, count(*) AS own_now,
    sum(count(*)) OVER (PARTITION BY unit_id, bought_on ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS all_now
  FROM timed
  GROUP BY unit_id, shop, bought_on
),
usual_days AS (
  SELECT unit_id, shop, median(CAST(own_now AS DOUBLE)) AS own_usual
  FROM of_day
  GROUP BY unit_id, shop
),
full_days AS (
  SELECT of_day.unit_id, of_day.shop, of_day.bought_on, of_day.own_now,
    CAST(greatest((of_day.all_now - of_day.own_now) * shares.own / nullif(shares.all_claims - shares.own, 0), usual_days.own_usual) AS DECIMAL(18, 2)) AS usual
  FROM of_day
  JOIN shares ON shares.unit_id = of_day.unit_id AND shares.shop = of_day.shop
  JOIN usual_days ON usual_days.unit_id = of_day.unit_id AND usual_days.shop = of_day.shop
  WHERE of_day.own_now >= $least_a_day
),
-- What the shop's share of the others' claims in the same half hour would be; one more is allowed for chance.
compared AS (
  SELECT counted.row_id, counted.unit_id, counted.shop, counted.bought_at, counted.own_now,
    CAST((counted.all_now - counted.own_now) * shares.own / nullif(shares.all_claims - shares.own, 0) AS DECIMAL(18, 2)) AS usual
  FROM counted
  JOIN shares ON shares.unit_id = counted.unit_id AND shares.shop = counted.shop
  WHERE counted.own_now >= $least
),
peaks AS (
  SELECT unit_id, shop, bought_at, own_now, usual
  FROM compared
  WHERE own_now >= $times_usual * (usual + 1)
),
crowded AS (
  SELECT timed.row_id, peaks.own_now AS most, peaks.usual
  FROM timed
  JOIN peaks ON peaks.unit_id = timed.unit_id AND peaks.shop = timed.shop AND timed.bought_at <= peaks.bought_at
    AND timed.bought_at >= peaks.bought_at - INTERVAL 30 MINUTE
  UNION ALL
  SELECT timed.row_id, full_days.own_now AS most, full_days.usual
  FROM timed
  JOIN full_days ON full_days.unit_id = timed.unit_id AND full_days.shop = timed.shop AND full_days.bought_on = timed.bought_on
    AND full_days.own_now >= $times_usual * (full_days.usual + 1)
),
once AS (
  SELECT row_id, max(most) AS most, max(usual) AS usual
  FROM crowded
  GROUP BY row_id
)
SELECT timed.unit_id, timed.shop, max(timed.shop_name) AS shop_name, timed.currency, count(*) AS times,
  array_to_string(list_sort(list(DISTINCT CAST(timed.bought_on AS VARCHAR)) FILTER (WHERE timed.bought_on IS NOT NULL)), '、') AS days,
  coalesce(strftime(min(timed.bought_at), '%H:%M'), '') AS first_at, max(once.most) AS most, max(once.usual) AS usual,
  CAST(sum(timed.amount) AS DECIMAL(18, 2)) AS total, max(timed.bought_on) AS last_on, list_sort(list(timed.row_id)) AS claim_rows
FROM timed
JOIN once ON once.row_id = timed.row_id
GROUP BY timed.unit_id, timed.shop, timed.currency
