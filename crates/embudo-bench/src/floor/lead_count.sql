-- The same leads, counted.
select count(*) from lead l where l.closed_at_ms is null and l.marker = 1 and l.score between 20 and 80
