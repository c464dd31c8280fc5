<?php
// The vectors of openapi/vectors, each asserted; every function returns how many there were.

require_once __DIR__ . '/Client.php';

use GuzzleHttp\Promise\FulfilledPromise;
use GuzzleHttp\Psr7\Response;
use Psr\Http\Message\RequestInterface;

final class Vectors
{
    public static function read(string $path): array
    {
        return json_decode(file_get_contents($path), true, flags: JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
    }

    public static function check(bool $condition, string $otherwise): void
    {
        $condition || throw new RuntimeException($otherwise);
    }

    public static function signing(string $folder): int
    {
        ['vectors' => $vectors, 'refuse' => $refuse, 'dates' => $dates] = self::read("$folder/signing.json");
        foreach ($vectors as $v) {
            $own = array_filter($v['headers'], fn ($header) => !in_array(strtolower($header[0]), ['x-date', 'x-user-id'], true));
            $stages = self::signed($v, $own);
            foreach ($v['expect'] as $stage => $value) {
                self::check($stages[$stage] === $value, "$v[name]: $stage is $stages[$stage]");
            }
        }
        foreach ($refuse as $v) {
            try {
                self::signed($v, $v['headers']);
            } catch (InvalidArgumentException) {
                continue;
            }
            throw new RuntimeException("$v[name] must be refused");
        }
        foreach ($dates as $v) {
            self::check(Signer::xDateAt($v['unix_ms'] / 1000) === $v['x_date'], $v['name']);
        }
        return count($vectors) + count($refuse) + count($dates);
    }

    private static function signed(array $v, array $headers): array
    {
        $signer = new Signer($v['app_id'], $v['app_secret'], $v['user_id']);
        return $signer->sign($v['method'], $v['url'], $v['x_date'], $headers, hex2bin($v['body_hex']), $v['signed_headers']);
    }

    public static function requests(string $folder): int
    {
        $vectors = self::read("$folder/requests.json")['vectors'];
        foreach ($vectors as $v) {
            $sent = null;
            $capture = function (RequestInterface $request) use (&$sent) {
                $sent = $request;
                return new FulfilledPromise(new Response(200, [], '{"code":0,"data":[]}'));
            };
            $client = new Client($v['endpoint'], $v['user_id'], $v['credentials'], fn () => $v['x_date'], $capture);
            $given = $v['parameters'] + ['cursor' => null, 'deviceId' => null, 'x-backup-lock-id' => null];
            $client->api->listBackupRecords($given['moduleCode'], $given['pageSize'], $given['cursor'], $given['deviceId'], $given['x-backup-lock-id']);
            self::check($sent->getMethod() === $v['expect']['method'], $v['name']);
            self::check((string) $sent->getUri() === $v['expect']['url'], "$v[name]: {$sent->getUri()}");
            foreach ($v['expect']['headers'] as $name => $value) {
                self::check($sent->getHeaderLine($name) === $value, "$v[name]: $name is {$sent->getHeaderLine($name)}");
            }
            foreach ($v['expect']['absent_headers'] as $name) {
                self::check(!$sent->hasHeader($name), "$v[name]: $name");
            }
        }
        return count($vectors);
    }

    /** $limits names the vectors that the generated types cannot read; those must be seen. */
    public static function responses(string $folder, string $answers, array $limits): int
    {
        $vectors = self::read("$folder/responses.json")['vectors'];
        foreach ($vectors as $v) {
            $got = self::client($answers, $v)->page('101', 100);
            $problem = self::difference($got, $v['outcome']);
            if (isset($limits[$v['name']])) {
                self::check($problem !== null, "$v[name] is read well: take it off the limits");
                $isLoud = $got['kind'] === 'error' || $got['unreadable'] > $v['outcome']['unreadable'];
                self::check($isLoud, "$v[name]: $problem, and nobody sees it");
            } else {
                self::check($problem === null, "$v[name]: $problem");
            }
        }
        return count($vectors);
    }

    /** How many pages the plainly generated call reads, and how many there are. */
    public static function plain(string $folder, string $answers): array
    {
        $pages = array_filter(self::read("$folder/responses.json")['vectors'], fn ($v) => $v['outcome']['kind'] === 'page');
        $read = array_filter($pages, function ($v) use ($answers) {
            try {
                $page = self::client($answers, $v)->api->listBackupRecords('101', 100);
                return self::told($page->getData() ?? []) === self::wanted($v['outcome']['records']);
            } catch (Throwable) {
                return false;
            }
        });
        return [count($read), count($pages)];
    }

    private static function client(string $answers, array $v): Client
    {
        return new Client("$answers/$v[name]", '1505084218764547200', ['token' => '60f4ccc7']);
    }

    /** null when both say the same. */
    private static function difference(array $got, array $wanted): ?string
    {
        if ($got['kind'] === 'page' && $wanted['kind'] === 'page') {
            $got['records'] = self::told($got['records']);
            $wanted['records'] = self::wanted($wanted['records']);
        } elseif ($got['kind'] === 'error' && $wanted['kind'] === 'error' && $got['http_status'] === null) {
            // The client saw no usable answer; what it need not know is which status that had.
            return $wanted['code'] === null && $wanted['retryable'] ? null : json_encode([$got, $wanted]);
        }
        $wanted = array_intersect_key($wanted, $got);
        return array_diff_key($got, $wanted) === [] && $got == $wanted ? null : json_encode([$got, $wanted]);
    }

    public static function told(array $records): array
    {
        return array_map(fn ($record) => [$record->getRecordId(), $record->getModuleCode(), $record->getStatus()], $records);
    }

    private static function wanted(array $records): array
    {
        return array_map(fn ($record) => [$record['recordId'] ?? null, $record['moduleCode'] ?? null, $record['status'] ?? null], $records);
    }
}
