package io.agentdb.sync.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Sets every connection's time zone. The driver announces the JVM's own zone, which beats whatever the server, the
 * database or the URL's options say. Thread-safe.
 */
public final class ZonedDataSource extends DelegatingDataSource {

    private final String zone;

    public ZonedDataSource(DataSource target, String zone) {
        super(target);
        this.zone = zone;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TIME ZONE '" + zone + "'");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
