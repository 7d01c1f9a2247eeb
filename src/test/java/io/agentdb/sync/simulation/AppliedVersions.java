package io.agentdb.sync.simulation;

import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Every version of an episode that applying stores, once per time that it is stored; rolled back with the batch that it
 * belongs to.
 */
public final class AppliedVersions {

    private AppliedVersions() {
    }

    public static void record(JdbcTemplate database) {
        database.execute("create table audit (id uuid, actor text, counter bigint)");
        database.execute("""
                create function audit() returns trigger language plpgsql as $$
                begin
                    insert into audit values (new.id, new.actor, new.counter);
                    return null;
                end $$
                """);
        database.execute("""
                create trigger audit after insert or update on episodes for each row
                    when (current_setting('agentdb.applying', true) = 'on') execute function audit()
                """);
    }

    public static List<Map<String, Object>> twice(JdbcTemplate database) {
        return database.queryForList("select id from audit group by id, actor, counter having count(*) > 1");
    }
}
