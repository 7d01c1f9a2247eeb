package io.agentdb.sync.postgres;

import com.zaxxer.hikari.HikariDataSource;
import io.agentdb.sync.home.NodeHome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;

/**
 * What sessions are called in {@code pg_stat_activity} ({@code application_name}): whoever looks there for what holds a
 * lock sees which node it is. A name that the URL or the pool's settings give stays.
 */
@Component
public final class SessionName implements BeanPostProcessor {

    private static final String PROPERTY = PGProperty.APPLICATION_NAME.getName();
    private static final String SOFTWARE = "agentdb-sync";

    /** What a session is kept for. With the longest id of a node, PostgreSQL cuts off none of it. */
    public enum Use {
        PROCESS_LOCK, CHANGE_WATCH;

        private String suffix() {
            return " (" + name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
        }
    }

    private final ObjectProvider<NodeHome> home;

    SessionName(ObjectProvider<NodeHome> home) {
        this.home = home;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof HikariDataSource pool && !isNamed(pool)) {
            pool.addDataSourceProperty(PROPERTY, home.getObject().nodeId().map(id -> SOFTWARE + " " + id.name())
                    .orElse(SOFTWARE));
        }
        return bean;
    }

    /** Of a session that is kept for something for long: says what for. */
    public static void keep(Connection session, Use use) throws SQLException {
        session.setClientInfo(PROPERTY, session.getClientInfo(PROPERTY) + use.suffix());
    }

    /** Before it is given back to its pool. */
    public static void giveBack(Connection session, Use use) throws SQLException {
        String name = session.getClientInfo(PROPERTY);
        if (name.endsWith(use.suffix())) {
            session.setClientInfo(PROPERTY, name.substring(0, name.length() - use.suffix().length()));
        }
    }

    private static boolean isNamed(HikariDataSource pool) {
        @Nullable String url = pool.getJdbcUrl();
        Properties given = url == null ? null : Driver.parseURL(url, new Properties());
        return pool.getDataSourceProperties().containsKey(PROPERTY)
                || given != null && PGProperty.APPLICATION_NAME.getOrNull(given) != null;
    }
}
