// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.chroniclesync.itests.driver.Browser;
import org.chroniclesync.itests.driver.Chromium;
import org.chroniclesync.itests.driver.Evidence;
import org.chroniclesync.itests.driver.Firefox;
import org.chroniclesync.itests.harness.Closing;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page in a browser of another device: by TLS, whose certificate a person has compared. */
class SharedPageIT {
  private static final int VISITS = 200;
  private static final String PASSWORD = "vier Wörter für mich";
  private static final Path PICTURES = Path.of("target/screenshots/SharedPageIT");

  @TempDir Path folder;
  @RegisterExtension final Evidence evidence = new Evidence();
  private Distribution node;
  private Browser phone;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Chromium.isHere(), "this browser is not here");
    node = Distribution.start(folder.resolve("data"));
    evidence.log("node", node::log);
    node.importSample(VISITS);
  }

  @AfterEach
  void stop() throws Exception {
    Closing.all(phone, node);
  }

  @Test
  void whoKnowsThePasswordSeesTheTimelineOnAnotherDevice() throws Exception {
    assertThatThrownBy(() -> node.run("share", "on")).hasMessageContaining("no password");
    assertThat(node.runWith(PASSWORD + "\n", "share", "password")).contains("password is set");
    int port = DiscoveryService.freePort();
    assertThat(node.run("share", "on", "--port", Integer.toString(port)))
        .contains("Open this on the other device: https://", "SHA-256 fingerprint");
    assertThat(node.run("status")).contains("shared with other devices at https://");
    JsonNode share = new ObjectMapper().readTree(node.run("share", "--json"));
    X509Certificate shown = shown(port);
    assertThat(share.path("fingerprint").asText()).isEqualTo(fingerprint(shown.getEncoded()));

    // This browser takes this key and no other; the certificate of nobody else would do.
    String pin = Base64.getEncoder().encodeToString(sha256(shown.getPublicKey().getEncoded()));
    phone =
        evidence.of(
            "phone",
            new Chromium(folder.resolve("phone"), "--ignore-certificate-errors-spki-list=" + pin));
    phone.size(360, 740);
    phone.open("https://127.0.0.1:" + port + "/");
    phone.awaits("the form", "document.activeElement?.type === 'password'");
    assertUsable("sign-in");
    phone.press("not the password");
    phone.press(Keys.ENTER);
    phone.awaits(
        "the refusal", "document.querySelector('[role=alert]').innerText.includes('not the pass')");
    picture("refused");
    phone.press(PASSWORD);
    phone.press(Keys.ENTER);
    phone.awaits("the timeline", "document.querySelector('.row .title')");
    picture("timeline");

    phone.run("location.hash = '#/pairing';");
    phone.awaits(
        "what is only there", "document.querySelector('main h1').innerText.includes('Only')");
    assertUsable("only-there");
    phone.run("location.hash = '#/more';");
    phone.awaits("more", "document.querySelector('main .menu')");
    picture("more");

    String guests = node.run("share");
    assertThat(guests).contains("Chrome on Linux, 127.0.0.1");
    node.run("share", "end", "all");
    phone.awaits(
        "the end",
        "document.querySelector('[role=alert]')?.innerText.includes('no longer knows this')");
    phone.click("a way back", "document.querySelector('[role=alert] button')");
    phone.awaits("the form again", "document.activeElement?.type === 'password'");
  }

  @Test
  void aFirefoxSignsInAndOut() throws Exception {
    assumeTrue(Firefox.isHere(), "this browser is not here");
    node.runWith(PASSWORD + "\n", "share", "password");
    int port = DiscoveryService.freePort();
    node.run("share", "on", "--port", Integer.toString(port));
    phone = evidence.of("firefox", Firefox.takingAnyCertificate(folder.resolve("firefox")));
    phone.size(500, 740);
    phone.open("https://127.0.0.1:" + port + "/");
    phone.awaits("the form", "document.activeElement?.type === 'password'");
    phone.press(PASSWORD);
    phone.press(Keys.ENTER);
    phone.awaits("the timeline", "document.querySelector('.row .title')");
    picture("firefox");
    assertThat(node.run("share")).contains("Firefox on Linux, 127.0.0.1");
    phone.run("location.hash = '#/more';");
    String out =
        "[...document.querySelectorAll('main button')].find(b => b.innerText === 'Sign out')";
    phone.click("the way out", out);
    phone.awaits("the form again", "document.activeElement?.type === 'password'");
    assertThat(node.run("share")).doesNotContain("Firefox on Linux");
  }

  @Test
  void itsOwnerSetsItUpOnThePageOfTheComputer() throws Exception {
    phone = evidence.of("computer", new Chromium(folder.resolve("computer")));
    phone.size(1280, 900);
    phone.open(node.link());
    phone.awaits("the timeline", "document.querySelector('.row .title')");
    node.runWith("four words of mine\n", "share", "password");
    node.run("share", "on", "--port", Integer.toString(DiscoveryService.freePort()));
    phone.run("location.hash = '#/share';");
    phone.awaits("the picture", "document.querySelector('svg.qr path')?.getAttribute('d')");
    assertUsable("share");
    phone.size(360, 740);
    assertUsable("share-360");
    phone.click(
        "the end",
        "[...document.querySelectorAll('button')].find(b => b.innerText === 'Turn off')");
    phone.awaits("its end", "!document.querySelector('svg.qr')");
    assertThat(node.run("share")).contains("for this computer only");
  }

  private void assertUsable(String name) throws Exception {
    for (String theme : List.of("light", "dark")) {
      phone.run("document.documentElement.dataset.theme = given[0];", theme);
      picture(name + "-" + theme);
      assertThat(phone.run(PageContract.script("/axe.min.js") + PageContract.FINDINGS))
          .as(name + theme)
          .isEmpty();
      assertThat(phone.run("return document.documentElement.scrollWidth - innerWidth;").asInt())
          .as(name)
          .isNotPositive();
    }
  }

  private void picture(String name) throws IOException {
    Files.createDirectories(PICTURES);
    Files.write(PICTURES.resolve(name + ".png"), phone.picture());
  }

  /** The certificate that somebody sees who has not compared it yet. */
  private static X509Certificate shown(int port) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    try (SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static String fingerprint(byte[] bytes) throws GeneralSecurityException {
    return HexFormat.of().withUpperCase().formatHex(sha256(bytes));
  }

  private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      // Nobody is trusted; it is only looked at.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      // As above.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      // As above.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      // As above.
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      // As above.
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      // As above.
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
