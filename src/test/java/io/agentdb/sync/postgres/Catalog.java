package io.agentdb.sync.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * What is in a database's schema, each thing as the statement that would make it, by {@link SchemaPage#name}.
 * PostgreSQL writes the statements, and each release in its own way: only those of one server can be compared.
 */
final class Catalog {

    /** Without what an extension or a column owns, and without Flyway's table. Each gives type, name and statement. */
    private static final List<String> QUERIES = List.of("""
            select 'extension', extname, 'create extension ' || extname from pg_extension
            where extname <> 'plpgsql' order by 2
            """, """
            select 'domain', typname, 'create domain ' || typname || ' as ' || format_type(typbasetype, typtypmod)
                || coalesce((select string_agg(' ' || pg_get_constraintdef(c.oid, true), '' order by conname)
                             from pg_constraint c where contypid = t.oid), '')
            from pg_type t where typtype = 'd' and typnamespace = 'public'::regnamespace order by 2
            """, """
            select 'sequence', relname, 'create sequence ' || relname from pg_class c
            where relkind = 'S' and relnamespace = 'public'::regnamespace
                and not exists (select from pg_depend where objid = c.oid and deptype in ('a', 'i')) order by 2
            """, """
            select 'function', proname, 'create ' || case prokind when 'p' then 'procedure' else 'function' end
                || format(' %s(%s)', proname, pg_get_function_arguments(p.oid))
                || coalesce(' returns ' || pg_get_function_result(p.oid), '')
                || E'\\n    language ' || lanname
                || case provolatile when 'i' then ' immutable' when 's' then ' stable' else '' end
                || case when proisstrict then ' strict' else '' end
                || case proparallel when 's' then ' parallel safe' when 'r' then ' parallel restricted' else '' end
                || case when prosecdef then ' security definer' else '' end
                || coalesce((select string_agg(' set ' || replace(one, '=', ' = '), '') from unnest(proconfig) one), '')
                || case when prosqlbody is null then E' as\\n$$' || prosrc || '$$'
                   else E'\\n' || pg_get_function_sqlbody(p.oid) end
            from pg_proc p join pg_language l on l.oid = prolang where pronamespace = 'public'::regnamespace
                and not exists (select from pg_depend where objid = p.oid and deptype = 'e') order by 2
            """, """
            select 'revoke', proname, format('revoke execute on function %s from public', oid::regprocedure)
            from pg_proc where pronamespace = 'public'::regnamespace
                and not has_function_privilege('public', oid, 'execute') order by 2
            """, """
            select 'table', relname, format(E'create table %s (\\n    %s\\n)', relname, array_to_string(
                array(select attname || ' ' || format_type(atttypid, atttypmod)
                          || case attidentity when 'a' then ' generated always as identity' else '' end
                          || coalesce(' default ' || pg_get_expr(adbin, adrelid, true), '')
                          || case when attnotnull then ' not null' else '' end
                      from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
                      where attrelid = c.oid and attnum > 0 and not attisdropped order by attnum)
                -- Whether older rows were checked is no part of the schema; what is not null is said above.
                || array(select format('constraint %s %s', conname,
                             replace(pg_get_constraintdef(oid, true), ' NOT VALID', ''))
                         from pg_constraint where conrelid = c.oid and contype <> 'n'
                         order by contype desc, conname), E',\\n    '))
            from pg_class c
            where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'flyway%' order by 2
            """, """
            select 'storage', relname || '.' || attname, format('alter table %s alter column %s set storage %s',
                relname, attname, case attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main'
                    else 'extended' end)
            from pg_attribute a join pg_class c on c.oid = attrelid join pg_type t on t.oid = atttypid
            where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'flyway%'
                and attnum > 0 and not attisdropped and attstorage <> typstorage order by 2
            """, """
            select 'index', indrelid::regclass || '.' || relname, pg_get_indexdef(oid, 0, true)
            from pg_class c join pg_index on indexrelid = oid
            where relnamespace = 'public'::regnamespace and relname not like 'flyway%'
                and not exists (select from pg_constraint where conindid = c.oid) order by 2
            """, """
            select 'trigger', relname || '.' || tgname, pg_get_triggerdef(t.oid, true)
            from pg_trigger t join pg_class c on c.oid = tgrelid where not tgisinternal order by 2
            """);

    private Catalog() {
    }

    /** In an order in which they could be made, but for tables and functions, which need each other. */
    static Map<String, String> of(DataSource database) throws SQLException {
        Map<String, String> all = new LinkedHashMap<>();
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            for (String query : QUERIES) {
                try (ResultSet rows = statement.executeQuery(query)) {
                    while (rows.next()) {
                        all.put(rows.getString(1) + " " + rows.getString(2), rows.getString(3) + ";");
                    }
                }
            }
        }
        return all;
    }
}
