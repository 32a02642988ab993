-- What a status and a source are called when somebody says a number (ADM-01, ADM-05): the hub counts
-- them. Null until it has answered; of rows from before this, until it has numbered them.
alter table lead_status add column number integer;
alter table source add column number integer;
