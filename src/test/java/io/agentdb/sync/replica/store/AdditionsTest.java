package io.agentdb.sync.replica.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.replica.apply.Database;
import org.junit.jupiter.api.Test;

class AdditionsTest {

    private final Database node = new Database("a");
    private final Additions additions = new Additions(node.jdbc);

    @Test
    void whatTheMigrationsMake_isNoAddition() {
        assertThat(additions.look()).isEmpty();
    }

    @Test
    void whatSomebodyHasAdded_isNamed_withWhatItMayDo() {
        node.jdbc.execute("""
                create function f() returns trigger language plpgsql as $$ begin return new; end $$;
                create trigger changes before update on episodes for each row execute function f();
                create trigger leaves_alone before update on episodes for each row
                    when (current_setting('agentdb.applying', true) is distinct from 'on') execute function f();
                create trigger audits after insert on skills for each row execute function f();
                create rule ruled as on delete to edges do instead nothing;
                alter table edges add foreign key (from_id) references skills on delete cascade;
                alter table skills add constraint short check (length(name) < 100);
                create unique index only_once on episodes (session_id, task);
                alter table episodes add mine text, add demanding text not null;
                create table child () inherits (skills);
                alter table edges enable row level security, force row level security;
                """);
        assertThat(additions.look()).extracting(found -> found.kind() + " " + found.what() + " " + found.name())
                .containsExactlyInAnyOrder(
                "episodes trigger changes", "episodes trigger leaves_alone", "skills trigger audits",
                "edges rule ruled", "edges foreign key edges_from_id_fkey", "skills foreign key edges_from_id_fkey",
                "skills constraint short", "episodes unique index only_once", "episodes column mine",
                "episodes column demanding", "skills inheritance child", "edges row security edges");
        assertThat(additions.look()).filteredOn(found -> found.name().equals("changes")).singleElement()
                .satisfies(found -> assertThat(found.effect()).contains("set aside"));
        assertThat(additions.look()).filteredOn(found -> found.name().equals("leaves_alone")).singleElement()
                .satisfies(found -> assertThat(found.effect()).contains("leaves alone"));
    }
}
