/*
 * nsm-helper: one request of the Nitro Secure Module on stdin, its response on stdout. Nothing is decided here: Node makes no ioctl, so this does.
 *
 * Linux, include/uapi/linux/nsm.h: the raw message, which is what aws-nitro-enclaves-nsm-api sends too.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/ioctl.h>
#include <linux/types.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REQUEST_MAX 0x1000
#define RESPONSE_MAX 0x3000

struct part {
    __u64 address;
    __u64 length;
};
struct message {
    struct part request;
    struct part response;
};
#define NSM_RAW _IOWR(0x0A, 0x0, struct message)

static int refuse(const char *what) {
    perror(what);
    return 70;
}

static ssize_t read_all(unsigned char *into, size_t most) {
    size_t length = 0;
    while (length <= most) {
        ssize_t more = read(STDIN_FILENO, into + length, most + 1 - length);
        if (more <= 0) return more < 0 ? -1 : (ssize_t)length;
        length += (size_t)more;
    }
    return -1;
}

int main(void) {
    static unsigned char request[REQUEST_MAX + 1];
    static unsigned char response[RESPONSE_MAX];
    ssize_t length = read_all(request, REQUEST_MAX);
    if (length <= 0) return refuse("request");
    int module = open("/dev/nsm", O_RDWR | O_CLOEXEC);
    if (module < 0) return refuse("/dev/nsm");
    struct message message = {
        .request = {(__u64)(unsigned long)request, (__u64)length},
        .response = {(__u64)(unsigned long)response, sizeof response},
    };
    if (ioctl(module, NSM_RAW, &message) < 0) return refuse("ioctl");
    if (message.response.length > sizeof response) return 70;
    for (size_t sent = 0; sent < message.response.length;) {
        ssize_t more = write(STDOUT_FILENO, response + sent, message.response.length - sent);
        if (more <= 0) return refuse("response");
        sent += (size_t)more;
    }
    return 0;
}
