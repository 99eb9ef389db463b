//! What a newcomer pastes into a terminal: a reservation made and released, with nothing but curl and openssl, and with
//! Python alone. Each works as it stands. Writes text; knows no server.

/// What the snippets are about.
#[derive(Clone, Debug)]
pub struct Snippets<'a> {
    /// Such as `http://127.0.0.1:8526`.
    pub endpoint: &'a str,
    /// The key to sign with.
    pub key_id: &'a str,
    /// Its secret.
    pub secret: &'a str,
    /// Where to reserve: region, zone and instance type; nothing if there is no host yet.
    pub place: Option<Place>,
    /// The certificate that clients have to trust, if it is none that they trust anyway.
    pub certificate: Option<&'a str>,
}

/// A place where something can be reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The region.
    pub region: String,
    /// The zone.
    pub zone: String,
    /// The instance type.
    pub instance_type: String,
}

impl Snippets<'_> {
    /// The exports to paste. The names are those that the official clients read.
    #[must_use]
    pub fn exports(&self) -> String {
        let Self { endpoint, key_id, secret, place, certificate } = self;
        let trusting = certificate.map(quoted).map_or_else(String::new, |file| {
            format!(
                "# Node trusts it beside others; Python and Go trust it alone while these are set:\n\
                 export NODE_EXTRA_CA_CERTS={file}\n\
                 export SSL_CERT_FILE={file}\n\
                 export ALIBABA_CLOUD_CA_BUNDLE={file}\n"
            )
        });
        let region = place.as_ref().map_or("cn-hangzhou", |place| place.region.as_str());
        format!(
            "export ALIBABA_CLOUD_ACCESS_KEY_ID={key_id}\n\
             export ALIBABA_CLOUD_ACCESS_KEY_SECRET={secret}\n\
             export ALIBABA_CLOUD_REGION_ID={region}\n\
             export BERTH_ENDPOINT={endpoint}\n\
             {trusting}"
        )
    }

    /// Shell: needs curl and openssl.
    #[must_use]
    pub fn curl(&self) -> Option<String> {
        let Place { region, zone, instance_type } = self.place.as_ref()?;
        let exports = self.exports();
        let trusting = self.certificate.map_or_else(String::new, |file| format!("--cacert {} ", quoted(file)));
        Some(format!(
            r#"{exports}
berth() {{ # berth ACTION NAME=VALUE...  (values of letters, digits, '.', '-' and '_')
  action=$1; shift
  query=$(printf '%s\n' "$@" "Action=$action" Version=2014-05-26 Format=JSON \
    "AccessKeyId=$ALIBABA_CLOUD_ACCESS_KEY_ID" SignatureMethod=HMAC-SHA1 SignatureVersion=1.0 \
    "SignatureNonce=$(openssl rand -hex 16)" "Timestamp=$(date -u +%Y-%m-%dT%H%%3A%M%%3A%SZ)" |
    LC_ALL=C sort | paste -sd '&' -)
  text="GET&%2F&$(printf %s "$query" | sed 's/%/%25/g; s/=/%3D/g; s/&/%26/g')"
  signature=$(printf %s "$text" | openssl dgst -sha1 -hmac "$ALIBABA_CLOUD_ACCESS_KEY_SECRET&" -binary |
    openssl base64 | sed 's/+/%2B/g; s,/,%2F,g; s/=/%3D/g')
  curl -sS {trusting}"$BERTH_ENDPOINT/?$query&Signature=$signature"; echo
}}
made=$(berth CreateCapacityReservation RegionId={region} ZoneId.1={zone} InstanceType={instance_type} InstanceAmount=1)
echo "$made"
id=$(printf %s "$made" | sed 's/.*"PrivatePoolOptionsId":"\([^"]*\)".*/\1/')
berth ReleaseCapacityReservation RegionId={region} "PrivatePoolOptions.Id=$id"
"#
        ))
    }

    /// Python 3, without any package.
    #[must_use]
    pub fn python(&self) -> Option<String> {
        let Self { endpoint, key_id, secret, place, certificate } = self;
        let (ssl, trusting) = certificate.map_or_else(Default::default, |file| {
            // A text of JSON is one of Python.
            let file = serde_json::Value::from(file);
            (", ssl", format!(", context=ssl.create_default_context(cafile={file})"))
        });
        let Place { region, zone, instance_type } = place.as_ref()?;
        Some(format!(
            r#"import base64, hashlib, hmac, json, time{ssl}, urllib.parse, urllib.request, uuid

def berth(action, **params):
    params = {{name.replace("__", "."): value for name, value in params.items()}} | {{
        "Action": action, "Version": "2014-05-26", "Format": "JSON", "AccessKeyId": "{key_id}",
        "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": uuid.uuid4().hex,
        "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}}
    quote = lambda text: urllib.parse.quote(text, safe="-_.~")
    query = "&".join(quote(name) + "=" + quote(params[name]) for name in sorted(params))
    digest = hmac.new(b"{secret}&", ("GET&%2F&" + quote(query)).encode(), hashlib.sha1).digest()
    signature = quote(base64.b64encode(digest).decode())
    return json.load(urllib.request.urlopen("{endpoint}/?" + query + "&Signature=" + signature{trusting}))

made = berth("CreateCapacityReservation", RegionId="{region}", ZoneId__1="{zone}",
             InstanceType="{instance_type}", InstanceAmount="1")
print(made)
print(berth("ReleaseCapacityReservation", RegionId="{region}", PrivatePoolOptions__Id=made["PrivatePoolOptionsId"]))
"#
        ))
    }
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    if text.bytes().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
