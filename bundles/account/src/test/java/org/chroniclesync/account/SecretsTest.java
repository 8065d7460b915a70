// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final Secrets SECRETS = Secrets.known();

  @ParameterizedTest
  @CsvSource({
    "https://user:password@example.org/a, https://example.org/a",
    "https://ghp_token@example.org/a?b=c, https://example.org/a?b=c",
    "https://a:b@c:d@example.org, https://example.org",
    "ftp://anonymous:me@example.org/f, ftp://example.org/f",
    "https://e.org/?access_token=abc&x=1, https://e.org/?access_token=&x=1",
    "https://e.org/#access_token=abc&token_type=bearer, https://e.org/#access_token=&token_type=bearer",
    "https://e.org/#/back?id_token=abc&x=y, https://e.org/#/back?id_token=&x=y",
    "https://e.org/cb?code=4/0AX&state=xyz, https://e.org/cb?code=&state=",
    "https://e.org/cb?state=xyz&code=short, https://e.org/cb?state=&code=",
    "https://e.org/cb?code=4f0a8b2c9d1e7f6a, https://e.org/cb?code=",
    "https://e.org/cb?code=ab&session_state=b, https://e.org/cb?code=&session_state=",
    "https://e.org/a;jsessionid=1A530637289A03B07199A44E8D531427?x=1, https://e.org/a;jsessionid=?x=1",
    "https://e.org/a.php?PHPSESSID=4kf9s0&p=2, https://e.org/a.php?PHPSESSID=&p=2",
    "https://b.s3.amazonaws.com/k?X-Amz-Signature=ab12&X-Amz-Date=20260101T000000Z, https://b.s3.amazonaws.com/k?X-Amz-Signature=&X-Amz-Date=20260101T000000Z",
    "https://e.org/sso?SAMLResponse=PHNhbWw%2B, https://e.org/sso?SAMLResponse=",
    "https://e.org/reset?token=8f3a1b2c4d5e6f70, https://e.org/reset?token=",
    "https://e.org/password/reset/8f3a1b2c4d5e6f70, https://e.org/password/reset/-",
    "https://e.org/reset-password/8f3a1b2c4d5e6f70/new, https://e.org/reset-password/-/new",
    "https://e.org/u?user%5Breset_password_token%5D=abc, https://e.org/u?user%5Breset_password_token%5D=",
    "https://e.org/u?user[reset_token]=abc, https://e.org/u?user[reset_token]=",
    "https://e.org/?authToken=abc, https://e.org/?authToken=",
    "https://e.org/?sig=kHf93jDk29dkE02jdkE9, https://e.org/?sig=",
    "https://e.org/?ACCESS%5FTOKEN=a, https://e.org/?ACCESS%5FTOKEN=",
    "https://e.org/?q=1;access_token=2, https://e.org/?q=1;access_token=",
    "https://e.org/?api_key=1b&q=cats, https://e.org/?api_key=&q=cats",
    "https://e.org/login?password=hunter2, https://e.org/login?password=",
    "https://e.org/?j=eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4, https://e.org/?j=",
    "https://e.org/v/eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4/x, https://e.org/v/-/x",
    "https://e.org/?go=https%3A%2F%2Fx.org%2F%3Faccess_token%3Dabc, https://e.org/?go=https%3A%2F%2Fx.org%2F%3Faccess_token%3D",
    "https://e.org/?go=https://a:b@x.org/, https://e.org/?go=https://x.org/",
    "https://e.org/magic/kHf93jDk29dkE02jdkE9, https://e.org/magic/-",
    "https://e.org/?eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM=1&x=2, https://e.org/?=1&x=2",
    "https://e.org/?u=https://a:b@x.org/?eyJhbGciOiJI.eyJzdWIiOiIx.Sf=1, https://e.org/?u=https://x.org/?=1",
    "https://e.org/?u=https%3A%2F%2Fa:b@x\ud800token=abc, https://e.org/?u=https%3A%2F%2Fx%EF%BF%BDtoken%3Dabc",
  })
  void secretsAreCut(String url, String kept) {
    assertThat(SECRETS.cut(url)).isEqualTo(kept);
    assertThat(SECRETS.cut(kept)).as("cut again").isEqualTo(kept);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/",
        "https://example.org/?code=DE",
        "https://example.org/?key=chorus",
        "https://example.org/?code=DE&page=2",
        "https://example.org/?state=california",
        "https://example.org/?token=ethereum",
        "https://example.org/?token=BTC&vs=USD",
        "https://example.org/?sid=12",
        "https://example.org/?session=2026-spring",
        "https://example.org/?auth=0&show_password=1",
        "https://example.org/forgot_password?reset_password=true",
        "https://example.org/?pageToken=CAUQAA8f3a1b2c4d5e6f70",
        "https://example.org/?nextPageToken=abc",
        "https://example.org/?token_type=bearer",
        "https://example.org/search?q=access_token+explained",
        "https://example.org/search?q=what+is+a+password%3F",
        "https://example.org/docs/access_token/abc",
        "https://example.org/reset/styles",
        "https://example.org/verify/how-to-verify-a-passport-2026",
        "https://example.org/password/reset/",
        "https://example.org/articles/2026/11/30/8f3a1b2c4d5e6f70",
        "https://example.org/#section-8f3a1b2c",
        "https://example.org/#/route/to/page",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=1m30s",
        "https://example.org/@user/posts?x=@home",
        "https://example.org/a;b=c;d",
        "mailto:a@example.org",
        "https://example.org/?sign=capricorn",
        "https://example.org/?key=2026-11-30T08:00:00",
        "https://example.org/?hash=tag&hash=other",
        "https://example.org/?ticket=concert-of-the-year",
        "https://example.org/?go=https%3A%2F%2Fx.org%2F%3Fa%3Db%20c",
        "https://example.org/?a=%zz&b=%",
        "about:blank",
        "",
        "?",
        "#",
        "://@",
        "https://",
        "https://example.org/?&&;;=&=a",
      })
  void harmlessAddressesStay(String url) {
    assertThat(SECRETS.cut(url)).isSameAs(url);
  }

  @Provide
  Arbitrary<String> addresses() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "https://",
            "a:b@",
            "e.org",
            "/",
            "?",
            "#",
            "&",
            ";",
            "=",
            "token",
            "code",
            "state",
            "access_token",
            "jsessionid",
            "reset",
            "%3D",
            "%26",
            "%2F",
            "%3A%2F%2F",
            "%",
            "+",
            "@",
            "8f3a1b2c4d5e6f70",
            "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM",
            "x",
            "[",
            "]",
            "\ud800",
            "https%3A%2F%2Fx%3Faccess_token%3Dabc");
    return pieces.list().ofMaxSize(24).map(list -> String.join("", list));
  }

  @Test
  void aTokenBesideAnAddressInAValueGoesWithItsSecret() {
    String token = "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM";
    String cut = SECRETS.cut("?=%3F" + token + "https%3A%2F%2Fx%3Faccess_token%3Dabc");
    assertThat(cut).doesNotContain("eyJzdWIiOiIx").doesNotContain("abc");
    assertThat(SECRETS.cut(cut)).isEqualTo(cut);
  }

  @Property
  void cuttingAgainChangesNothing(@ForAll("addresses") String url) {
    String once = SECRETS.cut(url);
    assertThat(once.length()).isLessThanOrEqualTo(3 * url.length());
    assertThat(SECRETS.cut(once)).isEqualTo(once);
  }
}
