-- Messages that no thread shows (21 is their kind): what is erased with a contact finds them without
-- a look at every message there is.
create index image_hidden on image (ws, scope) where entity = 21 and sort_s is null and body is not null;
