"""scale: what a recording costs in the database, the log, the store and the vault; and whether pushes, searches and the purge
of a night slow down when the catalogue holds many more. Most of these are made by SQL from real ones, under ids, tokens and
dates of their own: their rows and indexes are real, their seals open nothing, and they are older than what is asked for."""

import statistics
import time

import purge
from bench_site import SMALL, Site
from harness import pin
from lab import calls

TABLES = ("recording", "secret", "sealed_object", "blind_index", "reference")
DUE = 500
# What a copy has for its own, where all other columns are the original's. c: the copies to be made.
OWN = {"id": "c.copy", "recording_id": "c.copy", "ref_mac": "c.mac", "name": "'recordings/' || c.purge_date || '/' || gen_random_uuid()",
       "token": "sha256(o.token || c.mac)", "purge_date": "c.purge_date", "started_at": "o.started_at - c.age"}


def sizes(site):
    """Bytes of each table with its indexes."""
    site.lab.cluster.sql("vacuum (analyze)")
    return {name: int(size) for name, size in site.lab.cluster.sql(
        "select relname, pg_total_relation_size(oid) from pg_class where relkind = 'r' and relnamespace = 'callvault'::regnamespace")}


def per_recording(bench, site, count, voice):
    """A row of bytes for each of `count` recordings that are pushed and measured."""
    before = sizes(site)
    site.ours(site.lab.pbx, mode="put", file=voice, connections=8, seconds=3600, warm=0, requests=site.pushes(count))
    while site.lab.cluster.sql("select count(*) from job where state <> 'dead'")[0][0] != "0":
        time.sleep(0.2)
    grown = {name: (size - before[name]) / count for name, size in sizes(site).items()}
    objects = site.lab.cluster.sql("select count(*), sum(sealed_size) from sealed_object")[0]
    log = sum(path.stat().st_size for path in (site.lab.folder / "objects" / "log").rglob("*") if path.is_file())
    bench.row("scale", f"each of {count} recordings", {
        "catalogue_bytes": sum(grown[name] for name in TABLES), "audit_rows_bytes": grown["audit_entry"],
        "log_bytes": log / count, "objects": int(objects[0]) / count,
        "sealed_to_plain": int(objects[1]) / count / voice.stat().st_size})
    keys = site.lab.cluster.sql("select count(*) from day_key where state = 'open'")[0][0]
    bench.row("scale", "keys", {"day_keys": int(keys)})


def reseal(bench, site):
    """A row of how fast a new epoch seals every row anew: what happens every two weeks."""
    sql = site.lab.cluster.sql
    rows = int(sql("select count(*) from secret")[0][0])
    sql("update epoch_key set created_at = now() - interval '30 days'")
    site.lab.restart()
    pin(site.lab.gateway.process.pid)
    begun = time.monotonic()
    while sql("select count(*) from secret where epoch < (select max(epoch) from epoch_key)")[0][0] != "0":
        time.sleep(0.02)
    took = time.monotonic() - begun
    bench.row("scale", f"a new epoch for {rows}", {"per_second": rows / took, "seconds": took})


def multiply(site, copies):
    """Makes so many rows of each table out of those that are there."""
    sql = site.lab.cluster.sql
    script = ["create table copies as select r.id as original, gen_random_uuid() as copy, sha256(random()::text::bytea) as mac, "
              "current_date + 2 + (n % 180)::integer as purge_date, n * interval '1 minute' + interval '2 days' as age "
              f"from generate_series(1, {copies}) n join (select id, row_number() over () as place, count(*) over () as many "
              "from recording) r on r.place = n % r.many + 1", "analyze copies"]
    for table in TABLES:
        columns = [row[0] for row in sql("select column_name from information_schema.columns where table_schema = 'callvault' and "
                                         f"table_name = '{table}' and is_generated = 'NEVER' order by ordinal_position")]
        values = ", ".join(OWN.get(column, f"o.{column}") for column in columns)
        key = "id" if table == "recording" else "recording_id"
        script.append(f"insert into {table} ({', '.join(columns)}) select {values} from copies c join {table} o on o.{key} = c.original")
    sql("; ".join(script) + "; drop table copies")
    sql("vacuum (analyze)")


def loads(bench, site, voice):
    """Figures of pushes and of searches, now."""
    pushed = site.ours(site.lab.pbx, mode="put", file=voice, connections=8, seconds=bench.seconds,
                       requests=site.pushes(int((bench.seconds + 1) * 3000)))
    person = site.lab.person("alice", ["qa"])
    asked = {"purpose": "quality", "from": site.lab.day(-1).isoformat() + "T00:00:00Z",
             "to": site.lab.day(2).isoformat() + "T00:00:00Z"}
    times = {}
    for name, more in (("page", {}), ("number", {"number": calls.CALLER_NUMBER})):
        taken = []
        for _ in range(5 if bench.smoke else 100):
            begun = time.monotonic()
            answer = person.request("POST", "/v1/searches", {**asked, **more})
            taken.append((time.monotonic() - begun) * 1000)
            if answer.status != 200 or not answer.json()["recordings"]:
                raise RuntimeError(f"no search: {answer.status} {answer.body!r}")
        times[name] = statistics.median(taken)
    return {"push_s": pushed["requests_s"], "push_ms_p99": pushed["ms_p99"], "search_ms_p50": times["page"],
            "search_number_ms_p50": times["number"]}


def run(bench):
    """One run at a few recordings and one at many."""
    count, copies, due = (50, 500, 20) if bench.smoke else (10_000, 1000 * bench.recordings, DUE)
    with Site(bench) as site:
        voice = site.voice(SMALL // 10)
        per_recording(bench, site, count, voice)
        reseal(bench, site)
        few = loads(bench, site, voice)
        begun = time.monotonic()
        multiply(site, copies)
        many = loads(bench, site, voice)
        bench.row("scale", f"about {count} recordings", few)
        bench.row("scale", f"and {copies} by simulation", many,
                  {name: [many[name] / few[name]] * 3 for name in few}, made_in_s=time.monotonic() - begun)
        purge.push_due(site, due, voice)
        took, said = purge.purge(site)
        bench.row("scale", f"purge of {said['purged']} among them", {"per_second": said["purged"] / took, "seconds": took})
