<?php
// The generated client with a signature on every request, and what an answer comes to.

require_once 'GuzzleHttp/autoload.php';
require_once __DIR__ . '/Signer.php';
spl_autoload_register(function (string $class): void {
    $file = __DIR__ . '/koodrive_client/' . str_replace('\\', '/', substr($class, strlen('KoodriveClient\\'))) . '.php';
    str_starts_with($class, 'KoodriveClient\\') && is_file($file) && require $file;
});

use GuzzleHttp\HandlerStack;
use GuzzleHttp\Middleware;
use KoodriveClient\Api\BackupApi;
use KoodriveClient\ApiException;
use KoodriveClient\Configuration;
use KoodriveClient\Model\BackupRecord;
use KoodriveClient\ObjectSerializer;
use Psr\Http\Message\RequestInterface;

final class Client
{
    public readonly BackupApi $api;
    private readonly GuzzleHttp\Client $http;

    /** @param array $credentials an app as ['app_id' => …, 'app_secret' => …], or ['token' => …] */
    public function __construct(string $endpoint, string $userId, array $credentials, ?Closure $xDate = null, ?callable $handler = null)
    {
        $stack = HandlerStack::create($handler);
        $stack->push(Middleware::mapRequest(function (RequestInterface $request) use ($userId, $credentials, $xDate) {
            // Sent as it is signed, so that no reading of the query can differ.
            $url = (string) $request->getUri();
            $request = $request->withUri($request->getUri()->withQuery(Signer::canonicalQuery($url)));
            $date = $xDate ? $xDate() : Signer::xDateAt(microtime(true));
            $value = self::authorization($request->getMethod(), $url, $userId, $date, $credentials);
            return $request->withHeader('X-User-Id', $userId)->withHeader('X-Date', $date)->withHeader('Authorization', $value);
        }));
        // Credentials must not follow a redirect; a refusal is read like any other answer.
        $this->http = new GuzzleHttp\Client(['handler' => $stack, 'allow_redirects' => false]);
        $this->api = new BackupApi($this->http, (new Configuration())->setHost($endpoint));
    }

    private static function authorization(string $method, string $url, string $userId, string $date, array $credentials): string
    {
        if (isset($credentials['token'])) {
            return preg_match('/^bearer[+ ]/i', $credentials['token']) ? $credentials['token'] : "Bearer+$credentials[token]";
        }
        $signer = new Signer($credentials['app_id'], $credentials['app_secret'], $userId);
        return $signer->sign($method, $url, $date)['authorization'];
    }

    /**
     * One page, or one error, as an array: never an error that looks like an empty page.
     *
     * Reads record by record: the generated types make an empty record of a number.
     */
    public function page(string $moduleCode, int $pageSize, ?string $cursor = null): array
    {
        $request = $this->api->listBackupRecordsRequest($moduleCode, $pageSize, $cursor);
        try {
            $response = $this->http->send($request, ['http_errors' => false]);
            $body = (string) $response->getBody();
        } catch (GuzzleHttp\Exception\GuzzleException) {
            // No connection, or an answer without its end.
            return self::failure(null, []);
        }
        $status = $response->getStatusCode();
        $members = json_decode($body, true, flags: JSON_BIGINT_AS_STRING);
        if (!is_array($members) || (array_is_list($members) && $members !== [])) {
            return self::failure($status === 200 ? null : $status, []);
        }
        $code = $members['error_code'] ?? $members['code'] ?? null;
        if ($status !== 200 || ($code === null ? !array_key_exists('data', $members) : (string) $code !== '0')) {
            return self::failure($status, $members);
        }
        $records = array_map(self::record(...), $members['data'] ?? []);
        $read = array_values(array_filter($records));
        $next = (string) ($members['nextCursor'] ?? '');
        return ['kind' => 'page', 'records' => $read, 'unreadable' => count($records) - count($read), 'next_cursor' => $next === '' ? null : $next];
    }

    /** null for what is no record. */
    private static function record(mixed $element): ?BackupRecord
    {
        if (!is_array($element) || (array_is_list($element) && $element !== [])) {
            return null;
        }
        foreach (['recordId', 'moduleCode', 'status'] as $name) {
            if (is_array($element[$name] ?? null) || is_float($element[$name] ?? null)) {
                return null;
            }
        }
        return ObjectSerializer::deserialize((object) json_decode(json_encode($element)), BackupRecord::class);
    }

    private static function failure(?int $status, array $members): array
    {
        $code = $members['error_code'] ?? $members['code'] ?? null;
        $refused = $status === 400 && stripos((string) ($members['msg'] ?? ''), 'authentication failed') !== false;
        $gateway = $status !== 429 && preg_match('/^APIGW?\.03/', (string) $code) === 1;
        return ['kind' => 'error', 'http_status' => $status, 'code' => $code === null ? null : (string) $code,
            'unauthorized' => $status === 401 || $refused || $gateway, 'throttled' => $status === 429];
    }
}
