<?php
// App ID authentication of KooDrive, in PHP alone.

final class Signer
{
    public function __construct(
        private string $appId,
        #[SensitiveParameter] private string $appSecret,
        private string $userId,
    ) {
    }

    /**
     * Gives the value of Authorization and the stages that lead to it. $headers are [name, value] pairs
     * without X-User-Id and X-Date. Bad input is an InvalidArgumentException.
     */
    public function sign(string $method, string $url, string $xDate, array $headers = [], string $body = '', ?array $signed = null): array
    {
        self::check(preg_match('/^[!#-+\--:<>-~]+$/D', $this->appId), 'bad app id');
        self::check($this->appSecret !== '' && trim($this->userId, " \t") !== '', 'empty app secret or user id');
        self::check(preg_match('/^\d{8}T\d{6}Z$/D', $xDate), "X-Date is not yyyyMMdd'T'HHmmss'Z'");
        $names = array_unique(array_map('strtolower', $signed ?? ['host', 'x-date', 'x-user-id']));
        sort($names, SORT_STRING);
        self::check(!in_array('authorization', $names, true), 'Authorization cannot be signed');
        self::check(!array_diff(['x-date', 'x-user-id'], $names), 'x-date and x-user-id must be signed');
        $given = [];
        foreach ([...$headers, ['x-user-id', $this->userId], ['x-date', $xDate]] as [$name, $value]) {
            $given[strtolower($name)][] = $value;
        }
        $given['host'] ??= [self::canonicalHost($url)];
        $lines = '';
        foreach ($names as $name) {
            self::check(count($given[$name] ?? []) === 1, "header $name is missing or occurs twice");
            self::check(preg_match('/^[\t -~]*$/D', $given[$name][0]), "header $name is not visible ASCII");
            $lines .= $name . ':' . trim($given[$name][0], " \t") . "\n";
        }
        $stages = ['canonical_uri' => self::canonicalUri($url), 'canonical_query' => self::canonicalQuery($url), 'body_sha256' => hash('sha256', $body)];
        $joined = implode(';', $names);
        $request = implode("\n", [$method, $stages['canonical_uri'], $stages['canonical_query'], $lines, $joined, $stages['body_sha256']]);
        $requestHash = hash('sha256', $request);
        $toSign = "HMAC-SHA256\n$requestHash";
        $signature = hash_hmac('sha256', $toSign, $this->appSecret);
        $value = "HMAC-SHA256 AppId=$this->appId,SignedHeaders=$joined,Signature=$signature";
        return $stages + ['canonical_request' => $request, 'canonical_request_sha256' => $requestHash,
            'string_to_sign' => $toSign, 'signature' => $signature, 'authorization' => $value];
    }

    private static function canonicalUri(string $url): string
    {
        $kept = [];
        foreach (explode('/', preg_replace('#^/#', '', self::parts($url)[3])) as $segment) {
            $segment = rawurlencode(rawurldecode($segment));
            if ($segment === '..') {
                array_pop($kept);
            } elseif ($segment !== '.') {
                $kept[] = $segment;
            }
        }
        return preg_replace('#(?<!/)$#D', '/', '/' . implode('/', $kept));
    }

    /** The query as it is signed, and as it should be sent. */
    public static function canonicalQuery(string $url): string
    {
        $pairs = [];
        foreach (array_filter(explode('&', self::parts($url)[4] ?? ''), 'strlen') as $piece) {
            $pairs[] = array_map('urldecode', explode('=', $piece, 2) + [1 => '']);
        }
        usort($pairs, fn ($a, $b) => strcmp($a[0], $b[0]) ?: strcmp($a[1], $b[1]));
        return implode('&', array_map(fn ($pair) => implode('=', array_map('rawurlencode', $pair)), $pairs));
    }

    private static function canonicalHost(string $url): string
    {
        [, $scheme, $authority] = self::parts($url);
        $host = strtolower(preg_replace('/^.*@/', '', $authority));
        return preg_replace(strtolower($scheme) === 'https' ? '/:443$/D' : '/:80$/D', '', $host);
    }

    private static function parts(string $url): array
    {
        self::check(preg_match('~^(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?~i', $url, $parts), 'not an absolute URL');
        return $parts;
    }

    /** The header's form of a time, set back 30 s: a date in the service's future is refused. */
    public static function xDateAt(float $unixTime): string
    {
        return gmdate('Ymd\THis\Z', (int) floor($unixTime) - 30);
    }

    private static function check(mixed $condition, string $otherwise): void
    {
        $condition || throw new InvalidArgumentException($otherwise);
    }
}
