// Asio with one event loop and callbacks as a source: sends each client the blocks that it asks for, until it goes away:
// asio-source [PORT]. A block begins with its number in eight bytes, the highest first; the byte at any other position i
// is i * 31 + 7. Prints its port.
#include <array>
#include <asio.hpp>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <endian.h>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <vector>

using asio::ip::tcp;

class source : public std::enable_shared_from_this<source> {
public:
    explicit source(tcp::socket accepted) : socket(std::move(accepted)) {
        socket.set_option(tcp::no_delay(true));
        tcp::no_delay read_back;
        socket.get_option(read_back);
        if (!read_back.value()) {
            throw std::runtime_error("TCP_NODELAY is off");
        }
    }

    // Eight bytes, two numbers: the bytes of a block, and how to write it, which is always at once here.
    void read_request() {
        asio::async_read(socket, asio::buffer(request), [self = shared_from_this()](auto failure, std::size_t) {
            if (!failure) {
                self->make_block(be32toh(self->request[0]));
                self->write();
            }
        });
    }

private:
    void make_block(std::size_t block_bytes) {
        if (block_bytes < sizeof number) {
            throw std::runtime_error("a block without its number");
        }
        block.resize(block_bytes);
        for (std::size_t i = 0; i < block_bytes; i++) {
            block[i] = static_cast<char>(i * 31 + 7);
        }
    }

    void write() {
        std::uint64_t bytes = htobe64(number++);
        std::memcpy(block.data(), &bytes, sizeof bytes);
        asio::async_write(socket, asio::buffer(block), [self = shared_from_this()](auto failure, std::size_t) {
            if (!failure) {
                self->write();
            }
        });
    }

    tcp::socket socket;
    std::array<std::uint32_t, 2> request;
    std::vector<char> block;
    std::uint64_t number = 0;
};

static void accept(tcp::acceptor &acceptor) {
    acceptor.async_accept([&acceptor](auto failure, tcp::socket socket) {
        if (!failure) {
            std::make_shared<source>(std::move(socket))->read_request();
        }
        accept(acceptor);
    });
}

int main(int argc, char **argv) {
    unsigned short port = argc > 1 ? std::atoi(argv[1]) : 0;
    asio::io_context context(1);
    tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), port));
    std::cout << "listening on port " << acceptor.local_endpoint().port() << std::endl;
    accept(acceptor);
    context.run();
}
