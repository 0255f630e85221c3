import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

class App {
  static final HttpClient CLIENT = HttpClient.newHttpClient();
  static final String CREDENTIALS = System.getenv("ACCOUNT") + ":" + System.getenv("PASSWORD");

  static String send(String url, String form) throws Exception {
    var basic = Base64.getEncoder().encodeToString(CREDENTIALS.getBytes(StandardCharsets.UTF_8));
    var request = HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Basic " + basic);
    if (form != null) {
      request
          .header("Content-Type", "application/x-www-form-urlencoded")
          .header("X-Twilio-Webhook-Enabled", "true")
          .POST(HttpRequest.BodyPublishers.ofString(form));
    }
    var response = CLIENT.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() > 299) throw new Exception(url + ": " + response.body());
    return response.body();
  }

  static String find(String pattern, String text) {
    var matcher = Pattern.compile(pattern).matcher(text);
    return matcher.find() ? matcher.group(1) : null;
  }

  public static void main(String[] args) throws Exception {
    var api = "https://conversations.twilio.com/v1/Services";
    var service = find("\"sid\":\"(IS\\w+)\"", send(api, "FriendlyName=Java"));
    var webhook = URLEncoder.encode(System.getenv("WEBHOOK"), StandardCharsets.UTF_8);
    send(
        api + "/" + service + "/Configuration/Webhooks",
        "PostWebhookUrl=" + webhook + "&Filters=onConversationAdded&Method=POST");
    var conversations = api + "/" + service + "/Conversations";
    send(conversations, "FriendlyName=one");
    var conversation = find("\"sid\":\"(CH\\w+)\"", send(conversations, "FriendlyName=two"));
    var listed = 0;
    for (var page = conversations + "?PageSize=1"; page != null; ) {
      var body = send(page, null);
      listed += Pattern.compile("\"friendly_name\"").matcher(body).results().count();
      page = find("\"next_page_url\":\"([^\"]+)\"", body);
    }
    var elsewhere = send("https://other.example/", null);
    System.out.println(service + " " + conversation + " " + listed + " " + elsewhere);
  }
}
