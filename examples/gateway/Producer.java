import dstreams.client.Ack;
import dstreams.client.ClientOptions;
import dstreams.client.GatewayClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Publishes the lines of its standard input to GatewayWordCount: {@code Producer.java [<url> [<token>]]}.
 *
 * <pre>
 *   mvn -f gateway/clients/java -q package
 *   java -cp gateway/clients/java/target/dstreams-client-0.1.0.jar examples/gateway/Producer.java
 * </pre>
 */
public class Producer {
  public static void main(String[] args) throws Exception {
    String url = args.length > 0 ? args[0] : "ws://127.0.0.1:8090/";
    ClientOptions options = ClientOptions.defaults();
    if (args.length > 1) options.token(args[1]);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (GatewayClient client = GatewayClient.connect(url, options)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        client.publish("lines", List.of(line), Ack.MEMORY);
        System.out.println("published: " + line);
      }
    }
  }
}
