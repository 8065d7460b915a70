// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The key and the certificate of this node, made anew with each start and kept in memory only. They
 * mean nothing by themselves: the fingerprint in a description is what they are known by.
 */
final class Credentials {
  /** The name tells nothing; a certificate goes over the network readable for none but the peer. */
  private static final X500Name NAME = new X500Name("CN=chroniclesync");

  /** RFC 5280: no well-defined end. Devices whose clocks are wrong shall meet too. */
  private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");

  private final OnlyKey key;
  private final Fingerprint fingerprint;

  Credentials() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      X509Certificate certificate = certificate(pair);
      this.fingerprint = Fingerprint.of(certificate);
      this.key = new OnlyKey(pair.getPrivate(), certificate);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("no certificate could be made", e);
    }
  }

  private static X509Certificate certificate(KeyPair pair)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    NAME,
                    new BigInteger(64, new SecureRandom()).add(BigInteger.ONE),
                    Date.from(Instant.EPOCH),
                    Date.from(NEVER),
                    NAME,
                    pair.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
  }

  Fingerprint fingerprint() {
    return fingerprint;
  }

  /** Returns a context that trusts whom the check lets pass. */
  SSLContext context(PeerCheck check) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(new KeyManager[] {key}, new TrustManager[] {new Pinned(check)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS 1.3", e);
    }
  }

  /** What the peer has shown. */
  static Fingerprint shownBy(SSLSession session) throws IOException {
    try {
      return Fingerprint.of((X509Certificate) session.getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException | CertificateEncodingException e) {
      throw new IOException("the peer has shown no certificate", e);
    }
  }

  /** Decides on a certificate in the midst of the handshake, on the thread that does it. */
  interface PeerCheck {
    boolean passes(Fingerprint shown, Socket socket);
  }

  /**
   * Asks no authority, and not the clock. That the peer has the key of the certificate is for TLS
   * to prove.
   */
  private static final class Pinned extends X509ExtendedTrustManager {
    private final PeerCheck check;

    Pinned(PeerCheck check) {
      this.check = check;
    }

    private void check(X509Certificate[] chain, Socket socket) throws CertificateException {
      if (chain.length != 1 || !check.passes(Fingerprint.of(chain[0]), socket)) {
        throw new CertificateException("not the certificate of the peer");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("only sockets are used");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("only sockets are used");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("only sockets are used");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("only sockets are used");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Not out of a KeyStore, which would encrypt the key first, at some expense. */
  private static final class OnlyKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "node";
    private static final String[] ALIASES = {ALIAS};

    private final PrivateKey key;
    private final X509Certificate certificate;

    OnlyKey(PrivateKey key, X509Certificate certificate) {
      this.key = key;
      this.certificate = certificate;
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return ALIASES.clone();
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return ALIAS;
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      return ALIASES.clone();
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return type.equals(key.getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {certificate};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }
  }
}
