/*
id: short_submission_period
title: {zh: 投标时间过短（R003）, en: Too little time to bid (R003)}
status: stable
role: lead
level: medium
basis: [tender-24, "ocp:R003"]
why:
  zh: 从发出招标文件到投标截止的日数少于规定，外来投标人来不及准备，事先知情的才赶得上。
  en: From issue to deadline there were fewer days than prescribed; only those told beforehand could be ready.
not_when:
  zh: 重新招标、紧急采购依法缩短；资料中的开始时间是报名或重发文件的时间。
  en: A repeated or urgent procedure shortened by law; the start in the data is that of registration or of a corrected document.
ask:
  zh: 公告和文件发出时间的截图、缩短时间的批准、报名和购买文件的名单与先后。
  en: Proof of when notice and documents went out, leave to shorten, who registered and when.
reads: [tender, unit_parameter]
population: {table: tender, where: "(tender_start IS NOT NULL OR ocid IS NULL AND published_on IS NOT NULL) AND tender_end IS NOT NULL AND coalesce(status, 'active') <> 'cancelled'"}
max_share: 0.2
scope: row
params: {least_days: 15}
lead: {unit: unit_id, subject: [process], amount: amount, currency: currency, on: opened_on}
reason:
  zh: "“{title}”（{method_details}）自{opened_on}至{closed_on}只有{days}个整日可以投标，应不少于{required_days}日。"
  en: "“{title}” ({method_details}) left {days} whole days to bid, from {opened_on} to {closed_on}; {required_days} are the least."
examples:
  - says: fourteen days and 23 hours are fourteen; fifteen are enough; each way of buying has its own least
    given:
      unit_parameter:
        - {name: "submission_days:公开招标", value: "20"}
        - {name: "submission_days:询价", value: "3"}
      tender:
        - &tender {ocid: P1, tender_id: T1, title: 课桌椅, tender_start: "2025-03-01 08:00:00+00", tender_end: "2025-03-16 07:00:00+00", amount: 800000.00}
        - {<<: *tender, ocid: P2, tender_end: "2025-03-16 08:00:00+00"}
        # the same instants written in another zone
        - {<<: *tender, ocid: P3, tender_end: "2025-03-16 16:00:00+08"}
        - {<<: *tender, ocid: P4, tender_end: "2025-03-20 08:00:00+00", method_details: 公开招标}
        - {<<: *tender, ocid: P5, tender_end: "2025-03-05 08:00:00+00", method_details: 询价}
        - {<<: *tender, ocid: P6, tender_end: "2025-03-02 08:00:00+00", status: cancelled}
    expect:
      - {process: P1, days: 14, required_days: 15, tender_rows: [1]}
      - {process: P4, days: 19, required_days: 20, tender_rows: [4]}
  - says: nine days from a list's notice, two nights where a rule asks for three; nineteen days, an OCDS notice without a start and three nights are left alone
    given:
      unit_parameter:
        - {name: "submission_days:询价", value: "3"}
      tender:
        - &listed {tender_id: T1, title: 课桌椅, published_on: 2025-03-01, tender_end: "2025-03-10 12:00:00+00", amount: 800000.00}
        - {<<: *listed, tender_id: T2, tender_end: "2025-03-20 12:00:00+00"}
        - {<<: *listed, ocid: P3, tender_id: T3}
        # a rule for a manner counts nights: two and two hours, three less six hours
        - &asked {<<: *listed, tender_id: T4, method_details: 询价, tender_start: "2025-03-03 07:00:00+00", tender_end: "2025-03-05 09:00:00+00"}
        - {<<: *asked, tender_id: T5, tender_end: "2025-03-06 01:00:00+00"}
    expect:
      - {process: T1, days: 9, required_days: 15, tender_rows: [1]}
      - {process: T4, days: 2, required_days: 3, tender_rows: [4]}
*/
WITH -- No rule asks for more days than this, so longer periods need no counting; an hour more for summer time.
longest AS (
  SELECT greatest(coalesce(max(CAST(value AS DECIMAL(6, 0))), 0), $least_days) AS days
  FROM unit_parameter
  WHERE name = 'submission_days' OR starts_with(name, 'submission_days:')
),
-- A trading centre's list of notices often has no start but the day of the notice.
begun AS (
  SELECT row_id, unit_id, unit_name, ocid, tender_id, title, method_details, method, amount, currency, tender_end,
    coalesce(tender_start, CASE WHEN ocid IS NULL THEN CAST(published_on AS TIMESTAMPTZ) END) AS tender_start
  FROM tender
  JOIN longest ON tender_end < coalesce(tender_start, CASE WHEN ocid IS NULL THEN CAST(published_on AS TIMESTAMPTZ) END)
    + INTERVAL 1 HOUR * CAST(round(24 * longest.days + 1) AS BIGINT)
  WHERE coalesce(tender_start, CASE WHEN ocid IS NULL THEN CAST(published_on AS TIMESTAMPTZ) END) IS NOT NULL
    AND tender_end IS NOT NULL AND coalesce(status, 'active') <> 'cancelled'
),
periods AS (
  SELECT row_id, coalesce(unit_id, unit_name) AS unit_id, coalesce(ocid, tender_id) AS process, tender_id,
    coalesce(title, ocid, tender_id) AS title, coalesce(method_details, method, '—') AS method_details, amount, currency,
    tender_start, tender_end, CAST(tender_start AS DATE) AS opened_on, CAST(tender_end AS DATE) AS closed_on,
    date_diff('day', tender_start, tender_end) AS nights
  FROM begun
),
-- Whole days: one less than the midnights between where the hour of the start is not reached again.
counted AS (
  SELECT row_id, unit_id, process, title, method_details, amount, currency, opened_on, closed_on,
    nights, nights - CASE WHEN tender_start + INTERVAL 24 HOUR * nights > tender_end THEN 1 ELSE 0 END AS days
  FROM periods
),
-- Asked once for each unit, manner and day, not for each notice.
required AS (
  SELECT asked.unit_id, asked.method_details, asked.opened_on, max(own.value) IS NOT NULL AS has_rule,
    coalesce(max(CAST(own.value AS DECIMAL(6, 0))), max(CAST(general.value AS DECIMAL(6, 0))), $least_days)
      AS required_days
  FROM (SELECT DISTINCT unit_id, method_details, opened_on FROM counted) AS asked
  LEFT JOIN unit_parameter AS own ON own.unit_id = asked.unit_id
    AND own.name = concat('submission_days:', asked.method_details) AND own.valid_from <= asked.opened_on
    AND (own.valid_to IS NULL OR asked.opened_on < own.valid_to)
  LEFT JOIN unit_parameter AS general ON general.unit_id = asked.unit_id AND general.name = 'submission_days'
    AND general.valid_from <= asked.opened_on
    AND (general.valid_to IS NULL OR asked.opened_on < general.valid_to)
  GROUP BY asked.unit_id, asked.method_details, asked.opened_on
)
SELECT counted.unit_id, counted.process, min(counted.title) AS title, min(counted.method_details) AS method_details,
  max(counted.amount) AS amount, max(counted.currency) AS currency, min(counted.opened_on) AS opened_on,
  min(counted.closed_on) AS closed_on,
  min(CASE WHEN required.has_rule THEN counted.nights ELSE counted.days END) AS days,
  max(required.required_days) AS required_days, list_sort(list(counted.row_id)) AS tender_rows
FROM counted
JOIN required ON required.unit_id IS NOT DISTINCT FROM counted.unit_id
  AND required.method_details = counted.method_details AND required.opened_on = counted.opened_on
-- A rule for a method counts days of the calendar, not hours.
WHERE CASE WHEN required.has_rule THEN counted.nights ELSE counted.days END < required.required_days
GROUP BY counted.unit_id, counted.process
